# Started by a terminal's host on its pseudo-terminal, as the agent's user: joins the instance's groups, opens the namespaces
# of its sandbox, and becomes what enters them. Nothing here sees the user's environment.
#   $1     first process of the sandbox, or 0; $2 its start time: an id alone may by now be another process's
#   then   files that it writes its own id to, up to --
#   then   the wrapper and the command
# The host's file 4 is the environment. Its other files stay with the host.
exec 4<>"/proc/$PPID/fd/4" || exit 125
init=$1 started=$2
shift 2
while [ "$1" != -- ]; do
  echo $$ >"$1" || exit 125
  shift
done
shift
start_of_init() {
  read -r stat <"/proc/$init/stat" || return
  set -- ${stat##*) }
  shift 19
  echo "$1"
}
if [ "$init" != 0 ]; then
  exec 5<"/proc/$init/ns/mnt" 6<"/proc/$init/ns/pid" 7<"/proc/$init/ns/ipc" 8<"/proc/$init/ns/uts" 9<"/proc/$init/ns/cgroup"
  [ "$(start_of_init)" = "$started" ] || exit 125
fi
exec "$@"
