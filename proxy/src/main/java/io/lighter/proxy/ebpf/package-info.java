/**
 * Tier two: programs in the kernel that give a connection its endpoint when it is made, so that
 * nothing stands between a client and an endpoint afterwards.
 *
 * <p>{@link io.lighter.proxy.ebpf.ConnectBalancer} is the way in, {@link
 * io.lighter.proxy.ebpf.Eligibility} says which services it can take; the others are tier one's.
 * The clients that it sees are the processes of one cgroup and those below it. {@code
 * docs/decisions/connect-balancer.md} has the maps, the order of writes and what happens at a
 * crash.
 *
 * <p>What does not belong here: accepting a connection, reading a byte of one, knowing Kubernetes.
 */
@NullMarked
package io.lighter.proxy.ebpf;

import org.jspecify.annotations.NullMarked;
