// The program of test/sdks on the official Go SDK 3.3.0: server PORT.
package main

import (
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/apache/flink-statefun/statefun-sdk-go/v3/pkg/statefun"
)

var (
	count  = statefun.ValueSpec{Name: "count", ValueType: statefun.Int32Type}
	mortal = statefun.ValueSpec{
		Name: "mortal", ValueType: statefun.Int32Type,
		Expiration: statefun.ExpireAfterWrite(800 * time.Millisecond),
	}
	called = statefun.ValueSpec{
		Name: "called", ValueType: statefun.Int32Type,
		Expiration: statefun.ExpireAfterCall(800 * time.Millisecond),
	}
	records = statefun.TypeNameFrom("sdks/records")

	lock  sync.Mutex
	booms = map[string]int{}
)

func run(ctx statefun.Context, message statefun.Message) error {
	command, rest, _ := strings.Cut(message.AsString(), ":")
	storage := ctx.Storage()
	me := ctx.Self()
	text := func(to statefun.Address, value string) statefun.MessageBuilder {
		return statefun.MessageBuilder{Target: to, Value: value}
	}
	read := func(spec statefun.ValueSpec) int32 {
		var value int32
		storage.Get(spec, &value)
		return value
	}
	reply := func(value interface{}) {
		ctx.Send(text(*ctx.Caller(), fmt.Sprintf("answer:%v", value)))
	}
	emit := func(value string) {
		ctx.SendEgress(statefun.GenericEgressBuilder{
			Target: records, Value: value, ValueType: statefun.StringType,
		})
	}
	switch command {
	case "add":
		storage.Set(count, read(count)+1)
		reply(read(count))
	case "look":
		reply(read(count))
	case "forget":
		storage.Remove(count)
	case "boom":
		lock.Lock()
		booms[me.Id]++
		times := booms[me.Id]
		lock.Unlock()
		storage.Set(count, read(count)+100)
		emit("boom")
		if times < 3 {
			return errors.New("boom on purpose")
		}
		reply(times)
	case "mark":
		storage.Set(mortal, int32(1))
		storage.Set(called, int32(1))
		reply("marked")
	case "alive":
		reply(fmt.Sprintf("%d%d", read(mortal), read(called)))
	case "later":
		ctx.SendAfter(50*time.Millisecond, text(me, "emit:late"))
	case "set":
		token, err := statefun.NewCancellationToken("token")
		if err != nil {
			return err
		}
		ctx.SendAfterWithCancellationToken(300*time.Millisecond, token, text(me, "emit:cancelled"))
	case "cancel":
		token, err := statefun.NewCancellationToken("token")
		if err != nil {
			return err
		}
		ctx.CancelDelayedMessage(token)
	case "emit":
		emit(rest)
	case "ask":
		to := statefun.Address{FunctionType: statefun.TypeNameFrom(rest), Id: me.Id}
		ctx.Send(text(to, "add"))
	case "answer":
		emit(fmt.Sprintf("heard %s from %v", rest, ctx.Caller().FunctionType))
	default:
		return fmt.Errorf("unknown command %s", command)
	}
	return nil
}

func main() {
	builder := statefun.StatefulFunctionsBuilder()
	for _, name := range []string{"go/fn", "shared/fn"} {
		spec := statefun.StatefulFunctionSpec{
			FunctionType: statefun.TypeNameFrom(name),
			States:       []statefun.ValueSpec{count, mortal, called},
			Function:     statefun.StatefulFunctionPointer(run),
		}
		if err := builder.WithSpec(spec); err != nil {
			log.Fatal(err)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("ready")
	log.Fatal(http.Serve(listener, builder.AsHandler()))
}
