# Parent of every process that davit starts. It outlives the agent, so that how the process ended is known even when
# nobody was there to see it. $@ is the command; its own environment holds nothing of the user's.
#   fd 3  exit file, append: "started", then (written by the loader) "running", then "exit STATUS"
#   fd 5  gate: the first line comes once this process is in its cgroup; end of file means that the agent died before that
read -r go <&5 || exit 125
echo started >&3
# The shell's own "Killed" or "Segmentation fault" must not land in the user's output. Hence also the subshell: dash
# redirects its own standard error along with that of a plain command.
exec 6>&2 2>/dev/null
(exec 2>&6 6>&-; exec "$@")
echo "exit $?" >&3
