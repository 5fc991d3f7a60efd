#!/bin/sh
# Runs one command for as long as whoever asked for it is there.
#
#   keeper.sh SIGNAL GRACE_SECONDS COMMAND [ARGUMENT...]
#
# Standard input is a pipe that the asker holds and never writes to: it closes when the asker closes it or dies, even by
# kill -9, and then the command gets SIGNAL and, after the grace, SIGKILL. It is to be started in a session of its own, so
# that a terminal's Ctrl-C does not reach the command. A shell, because one costs a megabyte where a Node process costs 45
# (docs/decisions/0018).
# Prints the command's process id on standard output; the command's own output goes to standard error.
set -u
signal=$1
grace=$2
shift 2

exec 3<&0 </dev/null
"$@" 3<&- >&2 &
command=$!
echo "$command"
exec >&2

end() {
  kill -s "$signal" "$command" 2>/dev/null
  sleep "$grace"
  kill -s KILL "$command" 2>/dev/null
}

# A process of its own: it still ends the command when this shell is killed and cannot.
(
  read -r _ <&3
  end
) &
exec 3<&-

trap 'end &' TERM
trap '' INT HUP

wait "$command"
status=$?
while kill -s 0 "$command" 2>/dev/null; do # a signal to this shell ends a wait early
  wait "$command"
  status=$?
done

trap '' TERM
kill -s TERM 0 # the watcher and its sleep: they are the rest of this process group
exit "$status"
