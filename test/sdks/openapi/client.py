"""Sends, calls and reads with the client that was generated from /openapi.json. Prints what came back, as one line of JSON."""

import json
import sys

from statefun_client import AuthenticatedClient
from statefun_client.api.egresses import read_shop_orders
from statefun_client.api.functions import send_shop_cart, send_shop_echo
from statefun_client.models import Error, Receipt, ShopOrder, ShopTree

client = AuthenticatedClient(base_url=sys.argv[1], token=sys.argv[2])
stranger = AuthenticatedClient(base_url=sys.argv[1], token="wrong")


def sent(order: ShopOrder, **headers):
    return send_shop_cart.sync(id="é/1 ?#", client=client, body=order, **headers)


order = ShopOrder(item="pen", count=2)
first = sent(order, idempotency_key="once")
again = sent(order, idempotency_key="once")
assert isinstance(first, Receipt) and isinstance(again, Receipt)

called = send_shop_cart.sync_detailed(id="é/1 ?#", client=client, body=order, prefer="wait=20")
other = sent(ShopOrder(item="pen", count=3), idempotency_key="once")
refused = sent(ShopOrder(item="pen", count=0))
unknown = send_shop_cart.sync(id="1", client=stranger, body=order)
assert isinstance(other, Error) and isinstance(refused, Error) and isinstance(unknown, Error)

tree = ShopTree.from_dict({"name": "root", "children": [{"name": "leaf", "children": []}]})
echo = send_shop_echo.sync(id="1", client=client, body=tree, prefer="wait=20")

page = read_shop_orders.sync(client=client, limit=1)
rest = read_shop_orders.sync(client=client, after=page.next_)

print(
    json.dumps(
        {
            "sameId": first.id == again.id,
            "duplicates": [first.duplicate, again.duplicate],
            "status": called.status_code,
            "reply": called.parsed.to_dict(),
            "errors": [one.error.code for one in (other, refused, unknown)],
            "echo": echo.to_dict(),
            "records": [one.value.to_dict() for one in page.records + rest.records],
            "from": page.records[0].from_.to_dict(),
        }
    )
)
