# First thing of a terminal that runs as the unprivileged user: takes the environment from fd 4, wipes it, becomes a shell or a command.
#   $1  working folder; $2 `command` or `shell`; then the command, or what goes before the shell's own argv
exec 5<&- 6<&- 7<&- 8<&- 9<&-
. /proc/self/fd/4 2>/dev/null || exit 126
: >/proc/self/fd/4
exec 4<&-
umask 022
cd -- "$1" 2>/dev/null || cd /
kind=$2
shift 2
[ "$kind" = command ] && exec "$@"
shell=/bin/sh
if [ -x /bin/bash ]; then
  shell=/bin/bash
  PS1=${PS1-'\w \$ '}
  export PS1
fi
export SHELL=$shell
exec "$@" "$shell"
