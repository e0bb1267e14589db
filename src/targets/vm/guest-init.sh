#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Process 1 of the guest: mounts what a program needs, runs the executor with
# the plan on its input and the events on its output, and ends the guest.
# Needs in its environment (from the kernel's command line): LAB_NODE,
# LAB_EXECUTOR, LAB_FOLDERS (a:b:c); with LAB_PROBE it only says that the guest came up.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
# Node's file operations come one after the other; one thread keeps its caches warm.
export UV_THREADPOOL_SIZE=1

mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null
mkdir -p /dev/shm /dev/pts
mount -t devpts devpts /dev/pts
mount -t bpf bpf /sys/fs/bpf
mount -t tracefs tracefs /sys/kernel/tracing
mount -t cgroup2 cgroup2 /sys/fs/cgroup
# The root is the host's, read-only; what a program may write goes to memory.
mount -t tmpfs -o mode=755 tmpfs /run
mkdir /run/host
mount --bind / /run/host
for folder in /tmp /var/tmp /dev/shm; do
	mount -t tmpfs -o mode=1777 tmpfs "$folder"
done
# What the executor needs of the folders that are covered now.
printf '%s\n' "$LAB_FOLDERS" | tr ':' '\n' | while read -r folder; do
	[ -n "$folder" ] || continue
	mkdir -p "$folder"
	mount --bind "/run/host$folder" "$folder"
done
ip link set lo up 2>/dev/null
# The kernel's housekeeping would take CPU time that no task is charged for.
echo 60 >/proc/sys/vm/stat_interval
echo 0 >/proc/sys/vm/compaction_proactiveness

# The only port of the only virtio-serial device; it can be opened once.
for port in /dev/vport*; do
	exec 3<>"$port"
	break
done

if [ -n "$LAB_PROBE" ]; then
	echo '{"event":"probe"}' >&3
else
	# Pipes, so that the executor sees what it sees on a host. The first cat would
	# wait for more input for ever, so the executor's end ends the guest.
	mkfifo /run/commands
	cat <&3 >/run/commands &
	# Compiling hot code pays only in a long life; here it would disturb the tasks. With a
	# real-time priority (below the gate's; its children do not get it) the executor is not scheduled by what it
	# measures, and a sample costs a third: nothing interrupts it.
	chrt --reset-on-fork --fifo 10 "$LAB_NODE" --no-opt "$LAB_EXECUTOR" </run/commands | cat >&3
fi
# Nothing to sync or unmount: with -no-reboot this ends QEMU at once.
echo b >/proc/sysrq-trigger
sleep 60
