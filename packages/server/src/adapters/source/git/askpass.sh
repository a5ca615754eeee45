#!/bin/sh
# Git asks here for a user name and a password. It names the host that wants them: after a redirect to another host
# nothing is answered, so that a token never goes anywhere but where it belongs.
case $1 in
  "$DAVIT_ASKS_USERNAME") printf '%s\n' "$DAVIT_GIT_USERNAME" ;;
  "$DAVIT_ASKS_PASSWORD") printf '%s\n' "$DAVIT_GIT_TOKEN" ;;
  *) exit 1 ;;
esac
