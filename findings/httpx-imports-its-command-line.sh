#!/usr/bin/env bash
# httpx 0.28.1: `import httpx` also imports httpx's own command line, and with it click, rich and pygments, whenever these
# happen to be installed. Expected: a library import loads no command line, and the packages installed beside it make
# no difference. Seen: some 70 more modules are loaded; a service that has rich for its own commands pays for them at
# every start of a process that only makes requests.
#
# Prints how many modules of rich, click and pygments `import httpx` loads without and with those packages installed.
# Fails when that is no longer 0 and more than 40.
set -euo pipefail

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

loaded() {
  "$1/bin/python" -c '
import sys
import httpx
print(sum(name.split(".")[0] in ("rich", "click", "pygments") for name in sys.modules))'
}

python3 -m venv "$folder/alone"
"$folder/alone/bin/pip" install --quiet --disable-pip-version-check httpx==0.28.1
python3 -m venv "$folder/beside"
"$folder/beside/bin/pip" install --quiet --disable-pip-version-check httpx==0.28.1 rich==15.0.0 click==8.3.1

alone="$(loaded "$folder/alone")"
beside="$(loaded "$folder/beside")"
echo "import httpx loads $alone modules of rich, click and pygments when they are not installed, and $beside when they are."
if [ "$alone" -ne 0 ] || [ "$beside" -le 40 ]; then
  echo "httpx no longer behaves as described above." >&2
  exit 1
fi
