# What .ci/run and .ci/slow share: timed steps, reports of tests, and the closing line. Sourced by both, after they have
# set `steps`. Arguments of the script are the steps to run; without one all of them run.

for name in "$@"; do
  if [[ " ${steps[*]} " != *" $name "* ]]; then
    printf 'no step is called %s; the steps are: %s\n' "$name" "${steps[*]}" >&2
    exit 2
  fi
done
chosen=("${@:-${steps[@]}}")

cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null
export CI=true NO_COLOR=1 NO_UPDATE_NOTIFIER=1 npm_config_fund=false npm_config_audit=false npm_config_update_notifier=false
export WRANGLER_SEND_METRICS=false CLOUDFLARE_CF_FETCH_ENABLED=false DENO_NO_UPDATE_CHECK=1

reports=$(mktemp -d)
trap 'rm -rf "$reports"' EXIT
failures=()

# step NAME COMMAND…: runs a command, says how long it took, and remembers a failure instead of stopping.
step() {
  local name=$1 start=$SECONDS
  shift
  printf '\n== %s\n' "$name"
  if "$@"; then
    printf -- '-- %s: passed in %d s\n' "$name" $((SECONDS - start))
  else
    printf -- '-- %s: FAILED after %d s\n' "$name" $((SECONDS - start))
    failures+=("$name")
    return 1
  fi
}

# wants NAME: whether a step was chosen.
wants() {
  [[ " ${chosen[*]} " == *" $1 "* ]]
}

# wanted NAME COMMAND…: runs a step if it was chosen. A failure is remembered, and the next step runs.
wanted() {
  if wants "$1"; then
    step "$@" || true
  fi
}

# Options of vitest that print what fails and write the report NAME, for the closing line.
reporting() {
  printf '%s\n' --reporter=dot --reporter=json "--outputFile.json=$reports/$1.json"
}

# Says which steps failed, then, on a line of its own and as the last one, how many tests did.
finish() {
  printf '\n%d s in all\n' "$SECONDS"
  if ((${#failures[@]} > 0)); then
    printf 'FAILED: %s\n' "${failures[@]}"
  fi
  node .ci/count.js "$reports"
  ((${#failures[@]} == 0))
}
