#!/usr/bin/env bash
# Checks each configuration of FILES with `failover-fsm check ARGUMENTS`, and prints an annotation for each line that is
# to be changed. What it found is written to GITHUB_OUTPUT before it ends with the worst exit status: 1, then 3.
set +e -uo pipefail
out="${RUNNER_TEMP:-$(mktemp -d)}/failover-fsm-reports"
mkdir -p "$out/sarif" "$out/junit"
worst=0
read -ra arguments <<<"${ARGUMENTS:-}"
shopt -s globstar nullglob
files=()
for pattern in ${FILES:-}; do files+=("$pattern"); done
if [ "${#files[@]}" -eq 0 ]; then
    echo "::error::no file matches: ${FILES:-}"
    worst=2
fi
for file in "${files[@]+"${files[@]}"}"; do
    name=$(printf '%s' "$file" | tr '/ ' '__')
    sarif="$out/sarif/$name.sarif"
    echo "::group::$file"
    failover-fsm check "$file" ${arguments[@]+"${arguments[@]}"} --sarif "$sarif" --junit "$out/junit/$name.xml"
    status=$?
    echo "::endgroup::"
    if [ "$status" -eq 2 ]; then
        echo "::error file=$file::is no configuration of a pair, see the log"
    elif [ -e "$sarif" ]; then
        python3 - "$sarif" <<"PYTHON"
import json, sys
for result in json.load(open(sys.argv[1]))["runs"][0]["results"]:
    place = result.get("locations", [{}])[0].get("physicalLocation", {})
    where = [f"file={place['artifactLocation']['uri']}"] if place else []
    where += [f"line={place['region']['startLine']}"] if "region" in place else []
    level = {"error": "error", "warning": "warning"}.get(result["level"], "notice")
    text = result["message"]["text"].replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    print(f"::{level} {','.join(where)}::{text}")
PYTHON
    fi
    # 2 bad input, then 1 failed, then 3 undecided
    case "$worst/$status" in
        */2) worst=2 ;;
        0/* | 3/1 | 3/4 | 3/130) worst=$status ;;
    esac
done
case "$worst" in
    0) result=passed ;;
    3) result=undecided ;;
    *) result=failed ;;
esac
{
    echo "result=$result"
    echo "sarif=$out/sarif"
    echo "junit=$out/junit"
} >>"${GITHUB_OUTPUT:-/dev/stdout}"
exit "$worst"
