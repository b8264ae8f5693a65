#!/usr/bin/env bash
# hestia.sh FOLDER SSHD - becomes the sshd of the host "hestia": its own /mnt, /home, /etc/ssh, users and name; not the machine's.
set -euo pipefail
host=$1/hestia
umount /etc/hosts # host.docker.internal resolves in Traefik's container only
for file in passwd group shadow; do mount --bind "$host/etc/$file" "/etc/$file"; done
mount --bind "$host/etc/ssh" /etc/ssh
mount --bind "$host/home" /home
mount --bind "$host/mnt" /mnt
mount --bind "$host/usr/local/bin" /usr/local/bin
mount --bind "$host/etc/sudoers" /etc/sudoers
for place in /run /var/log; do mount -t tmpfs none "$place"; done
mkdir -m 755 /run/sshd
hostname hestia
exec "$2" -D -e -f /etc/ssh/sshd_config
