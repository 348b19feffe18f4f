package io.lighter.linux;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The i386 calls that stand for many: the first argument says which. What they do can also be done
 * by calls of their own (sockets since Linux 4.3, System V IPC since 5.1), so a filter has to look
 * at both.
 *
 * <p>The numbers are those of {@code <linux/net.h>} and {@code <linux/ipc.h>}.
 */
public final class Multiplexer {
  /** All of the first argument counts. */
  public static final Multiplexer SOCKETCALL =
      new Multiplexer(
          "socketcall",
          0xFFFFFFFFL,
          Map.ofEntries(
              Map.entry("socket", 1),
              Map.entry("bind", 2),
              Map.entry("connect", 3),
              Map.entry("listen", 4),
              Map.entry("accept", 5),
              Map.entry("getsockname", 6),
              Map.entry("getpeername", 7),
              Map.entry("socketpair", 8),
              Map.entry("send", 9),
              Map.entry("recv", 10),
              Map.entry("sendto", 11),
              Map.entry("recvfrom", 12),
              Map.entry("shutdown", 13),
              Map.entry("setsockopt", 14),
              Map.entry("getsockopt", 15),
              Map.entry("sendmsg", 16),
              Map.entry("recvmsg", 17),
              Map.entry("accept4", 18),
              Map.entry("recvmmsg", 19),
              Map.entry("sendmmsg", 20)));

  /** The high half of the first argument is a version, which does not choose the call. */
  public static final Multiplexer IPC =
      new Multiplexer(
          "ipc",
          0xFFFFL,
          Map.ofEntries(
              Map.entry("semop", 1),
              Map.entry("semget", 2),
              Map.entry("semctl", 3),
              Map.entry("semtimedop", 4),
              Map.entry("msgsnd", 11),
              Map.entry("msgrcv", 12),
              Map.entry("msgget", 13),
              Map.entry("msgctl", 14),
              Map.entry("shmat", 21),
              Map.entry("shmdt", 22),
              Map.entry("shmget", 23),
              Map.entry("shmctl", 24)));

  private final String call;
  private final long mask;
  private final Map<String, Integer> numbers;

  private Multiplexer(String call, long mask, Map<String, Integer> numbers) {
    this.call = call;
    this.mask = mask;
    this.numbers = numbers;
  }

  /** Returns the multiplexer through which i386 also reaches {@code name}, or null. */
  public static @Nullable Multiplexer of(String name) {
    if (SOCKETCALL.numbers.containsKey(name)) {
      return SOCKETCALL;
    }
    return IPC.numbers.containsKey(name) ? IPC : null;
  }

  /** Returns the name of the call that multiplexes. */
  public String call() {
    return call;
  }

  /** Returns which bits of the first argument choose the call. */
  public long mask() {
    return mask;
  }

  /**
   * Returns the value of the chosen bits of the first argument that stands for {@code name}.
   *
   * @throws IllegalArgumentException if this multiplexer does not do {@code name}
   */
  public int number(String name) {
    Integer number = numbers.get(name);
    if (number == null) {
      throw new IllegalArgumentException(call + " does not do " + name);
    }
    return number;
  }
}
