#!/usr/bin/env bash
# network.sh - the world's network: loopback and one bridge, no route out.
set -euo pipefail
ip link set lo up
ip link add node0 type bridge
ip addr add 10.244.255.1/24 dev node0 # the node
ip addr add 10.244.255.2/32 dev node0 # the cluster's Traefik
# A bridge is down while nothing is plugged in.
ip link add plug0 type veth peer name plug1
ip link set plug0 master node0
for device in node0 plug0 plug1; do ip link set "$device" up; done
# Service addresses need some route; kube-proxy rewrites them.
ip route add 10.0.0.0/16 dev node0
sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.route_localnet=1
