#!/bin/sh
# Serves the folder public with whatever this machine has: Python's own server, or busybox.
set -eu
port="${PORT:-3000}"

if command -v python3 >/dev/null; then
  echo "python3 listens on port $port"
  exec python3 -m http.server "$port" --directory public
fi
if busybox httpd --help >/dev/null 2>&1; then
  echo "busybox listens on port $port"
  exec busybox httpd -f -p "$port" -h public
fi
echo "neither python3 nor busybox is on this machine" >&2
exit 1
