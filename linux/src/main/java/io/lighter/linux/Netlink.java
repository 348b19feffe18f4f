package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Sockets to the kernel's network stack, each for the network namespace that it was opened in.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/netlink.7.html">netlink(7)</a>
 */
public final class Netlink extends CallGroup {
  /** Bytes of struct sockaddr_nl; all zero but its family is the kernel. */
  private static final int ADDRESS_SIZE = 12;

  private static final int GROUPS = 8;

  /** RTMGRP_IPV4_IFADDR and RTMGRP_IPV6_IFADDR: {@code <linux/rtnetlink.h>}. */
  private static final int ADDRESS_GROUPS = 0x10 | 0x100;

  private final Processes processes;

  Netlink(SystemCalls calls, Processes processes) {
    super(calls);
    this.processes = processes;
  }

  /**
   * Opens a socket in the network namespace of the calling thread.
   *
   * @param protocol NETLINK_ROUTE or another of {@link NetlinkFlags}
   * @param arena holds the memory of messages, about 48 KiB
   */
  public NetlinkSocket open(int protocol, Arena arena) {
    return new NetlinkSocket(calls, open(protocol), arena);
  }

  /**
   * Opens a socket in another network namespace. The thread that enters it is made for that and
   * ends with it: no thread that runs anything else is ever there.
   *
   * @param namespace such as one of {@code /proc/PID/ns/net}
   * @throws LinuxException EINVAL when that is no network namespace
   */
  public NetlinkSocket openIn(Fd namespace, int protocol, Arena arena) {
    FutureTask<Fd> opening =
        new FutureTask<>(
            () -> {
              // What this may start for the whole process, such as the JDK's cleaner, must not be
              // born in that namespace: a thread begins where the one is that starts it.
              CallMemory.get();
              processes.setns(namespace, Sched.CLONE_NEWNET);
              return open(protocol);
            });
    Thread.ofPlatform().daemon().name("lighter-netlink").start(opening);
    return new NetlinkSocket(calls, outcome(opening), arena);
  }

  /** Opens a socket that tells of addresses in the network namespace of the calling thread. */
  public AddressNews addressNews() {
    int type = SocketFlags.SOCK_RAW | SocketFlags.SOCK_CLOEXEC;
    Fd socket =
        open(SystemCall.SOCKET, SocketFlags.AF_NETLINK, type, NetlinkFlags.NETLINK_ROUTE, 0, 0);
    boolean done = false;
    try {
      CallMemory memory = CallMemory.get();
      MemorySegment address = memory.zeroed(ADDRESS_SIZE);
      address.set(JAVA_SHORT, 0, (short) SocketFlags.AF_NETLINK);
      address.set(JAVA_INT, GROUPS, ADDRESS_GROUPS);
      check(SystemCall.BIND, socket.number(), memory.structAddress(), ADDRESS_SIZE, 0);
      done = true;
      return new AddressNews(calls, socket);
    } finally {
      if (!done) {
        socket.close();
      }
    }
  }

  private static Fd outcome(FutureTask<Fd> opening) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return opening.get();
        } catch (InterruptedException e) {
          // A few calls that do not block: what they open must not get lost.
          interrupted = true;
        } catch (ExecutionException e) {
          if (e.getCause() instanceof LinuxException failure) {
            throw failure;
          }
          throw new IllegalStateException("opening a netlink socket", e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Fd open(int protocol) {
    int type = SocketFlags.SOCK_RAW | SocketFlags.SOCK_CLOEXEC;
    Fd socket = open(SystemCall.SOCKET, SocketFlags.AF_NETLINK, type, protocol, 0, 0);
    boolean done = false;
    try {
      turnOn(socket, NetlinkFlags.NETLINK_CAP_ACK);
      turnOn(socket, NetlinkFlags.NETLINK_EXT_ACK);
      turnOn(socket, NetlinkFlags.NETLINK_GET_STRICT_CHK);
      connectToKernel(socket);
      done = true;
      return socket;
    } finally {
      if (!done) {
        socket.close();
      }
    }
  }

  private void turnOn(Fd socket, int option) {
    CallMemory memory = CallMemory.get();
    memory.struct().set(JAVA_INT, 0, 1);
    long at = memory.structAddress();
    int level = NetlinkFlags.SOL_NETLINK;
    check(SystemCall.SETSOCKOPT, socket.number(), level, option, at, Integer.BYTES, 0);
  }

  /** Keeps messages of other processes out: a connected socket takes those of its peer alone. */
  private void connectToKernel(Fd socket) {
    CallMemory memory = CallMemory.get();
    MemorySegment address = memory.zeroed(ADDRESS_SIZE);
    address.set(JAVA_SHORT, 0, (short) SocketFlags.AF_NETLINK);
    check(SystemCall.CONNECT, socket.number(), memory.structAddress(), ADDRESS_SIZE, 0);
  }
}
