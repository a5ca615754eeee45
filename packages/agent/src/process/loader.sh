# First thing that runs as the unprivileged user: takes the environment from fd 4, wipes it, becomes the command.
# Nothing before this point sees the user's environment, so that LD_PRELOAD and its like cannot reach root.
# The second line of the gate (fd 5) comes once the agent has written this process down: the sandbox is made meanwhile.
read -r go <&5 || exit 125
. /proc/self/fd/4 2>/dev/null || exit 126
: >/proc/self/fd/4
echo running >&3
umask 022
exec 3>&- 4<&- 5<&-
exec "$@"
