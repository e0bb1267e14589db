#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Process 1 of the guest: lays a writable layer in memory over the host's files, mounts what a
# program needs, runs the executor with the plan on its input and the events on its output, and
# ends the guest.
# Needs in its environment (from the kernel's command line): LAB_NODE, LAB_EXECUTOR, LAB_FOLDERS
# (a:b:c), LAB_OVERLAY, a kernel module, unless overlayfs is built in, and LAB_CONFIG, the kernel's
# configuration, if it is known; with LAB_PROBE it only says that the guest came up.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
# Node's file operations come one after the other; one thread keeps its caches warm.
export UV_THREADPOOL_SIZE=1

mount -t tmpfs -o mode=755 tmpfs /run
mkdir /run/root /run/upper /run/work
[ -z "$LAB_OVERLAY" ] || insmod "$LAB_OVERLAY"
# The host's root is below, read-only. What the tasks open can be brought into the layer, where
# opening it asks nobody; what is written goes there, too.
if [ -z "$LAB_PROBE" ] &&
	mount -t overlay overlay -o lowerdir=/,upperdir=/run/upper,workdir=/run/work /run/root; then
	root=/run/root
else
	root=
fi
[ -z "$root" ] || mount -t tmpfs -o mode=755 tmpfs "$root/run"
mkdir "$root/run/host"
mount --bind / "$root/run/host"
mount -t proc proc "$root/proc"
mount -t sysfs sys "$root/sys"
mount -t devtmpfs dev "$root/dev" 2>/dev/null
mkdir -p "$root/dev/shm" "$root/dev/pts"
mount -t devpts devpts "$root/dev/pts"
mount -t bpf bpf "$root/sys/fs/bpf"
mount -t tracefs tracefs "$root/sys/kernel/tracing"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
for folder in /tmp /var/tmp /dev/shm; do
	mount -t tmpfs -o mode=1777 tmpfs "$root$folder"
done
# What the executor needs of the folders that are covered now.
printf '%s\n' "$LAB_FOLDERS" | tr ':' '\n' | while read -r folder; do
	[ -n "$folder" ] || continue
	mkdir -p "$root$folder"
	case $folder in
	# All of what is covered: programs may write there still.
	/tmp | /var/tmp | /dev/shm | /run)
		upper=/run/over$folder/upper work=/run/over$folder/work
		mkdir -p "$upper" "$work"
		chmod 1777 "$upper"
		mount -t overlay overlay \
			-o "lowerdir=$root/run/host$folder,upperdir=$upper,workdir=$work" "$root$folder"
		;;
	*) mount --bind "$root/run/host$folder" "$root$folder" ;;
	esac
done
# Where libbpf looks for what a scheduler wants to know of it.
[ -z "$root" ] || [ -z "$LAB_CONFIG" ] || {
	mkdir -p "$root/boot"
	cp "$LAB_CONFIG" "$root/boot/config-$(uname -r)"
}
ip link set lo up 2>/dev/null
# The kernel's housekeeping would take CPU time that no task is charged for.
echo 60 >"$root/proc/sys/vm/stat_interval"
echo 0 >"$root/proc/sys/vm/compaction_proactiveness"
# khugepaged and rcu_preempt took 0.8 s of the 48 that 4 CPUs have in a run of 12 s (means of 18 runs
# and of 6 without them). rcu_preempt woke a thousand times to see which CPUs are idle. Those that run
# something report by themselves, and the idle ones may be looked at after 25 jiffies: 130 times.
echo 3600000 >"$root/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs"
for wait in first next; do
	echo 25 >"$root/sys/module/rcutree/parameters/jiffies_till_${wait}_fqs"
done

# The only port of the only virtio-serial device; it can be opened once.
for port in "$root"/dev/vport*; do
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
	# Compiling hot code pays only in a long life; here it would disturb the tasks. So would memory
	# that is collected because nothing else goes on (2 s of CPU time in a run of 5 s on 8 CPUs). With a
	# real-time priority (below the gate's; its children do not get it) the executor is not
	# scheduled by what it measures, and a sample costs a third: nothing interrupts it.
	chroot "${root:-/}" chrt --reset-on-fork --fifo 10 \
		"$LAB_NODE" --no-opt --no-memory-reducer "$LAB_EXECUTOR" </run/commands | cat >&3
fi
# Nothing to sync or unmount: with -no-reboot this ends QEMU at once.
echo b >"$root/proc/sysrq-trigger"
sleep 60
