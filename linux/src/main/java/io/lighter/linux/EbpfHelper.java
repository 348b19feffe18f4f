package io.lighter.linux;

import org.jspecify.annotations.Nullable;

/**
 * Functions that the kernel offers to programs, by their names without {@code bpf_}. They take
 * their arguments in r1 to r5, which are lost, and return in r0. None of these asks for a licence.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/bpf-helpers.7.html">bpf-helpers(7)</a>
 */
public enum EbpfHelper {
  /** Of a map and a pointer to a key: a pointer to the value in the map, or 0. */
  MAP_LOOKUP_ELEM(1),
  /** Of a map, a pointer to a key, one to a value, and flags: 0, or an errno, negative. */
  MAP_UPDATE_ELEM(2),
  /** Of a map and a pointer to a key. */
  MAP_DELETE_ELEM(3),
  /** The nanoseconds that the machine has run, without those in which it slept. */
  KTIME_GET_NS(5),
  /** 32 bits by chance. */
  GET_PRANDOM_U32(7),
  /** Of the context: a number that no other socket of the machine ever has. */
  GET_SOCKET_COOKIE(46),
  /** Of the context: the same for the network namespace of the socket. Since Linux 5.7. */
  GET_NETNS_COOKIE(122),
  /**
   * Of an errno, negative: what the system call returns, where the program refuses it. Since Linux
   * 5.18; not at all hooks.
   */
  SET_RETVAL(187);

  private final int number;

  EbpfHelper(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  static @Nullable EbpfHelper of(int number) {
    for (EbpfHelper helper : values()) {
      if (helper.number == number) {
        return helper;
      }
    }
    return null;
  }
}
