#!/bin/sh
# Git starts this in place of ssh (as GIT_SSH, since GIT_SSH_COMMAND would be a shell string). No file of the user's or
# the machine's configuration counts. Paths are relative to the folder that git runs in, so none needs quoting.
# It connects to the address that davit has judged, and knows the host by its name all the same.
exec ssh -F /dev/null -T \
  -o BatchMode=yes -o PreferredAuthentications=publickey \
  -o IdentitiesOnly=yes -o IdentityAgent=none -o "IdentityFile=$DAVIT_SSH_KEY" \
  -o "StrictHostKeyChecking=$DAVIT_SSH_HOST_KEYS" -o "UserKnownHostsFile=$DAVIT_SSH_KNOWN_HOSTS" \
  -o GlobalKnownHostsFile=/dev/null -o HashKnownHosts=no -o UpdateHostKeys=no -o CheckHostIP=no \
  -o ClearAllForwardings=yes -o ForwardAgent=no -o ControlMaster=no -o ControlPath=none -o PermitLocalCommand=no \
  -o ConnectTimeout=20 -o ServerAliveInterval=15 -o ServerAliveCountMax=4 \
  -o "HostName=$DAVIT_SSH_ADDRESS" -o "HostKeyAlias=$DAVIT_SSH_HOST_NAME" \
  "$@"
