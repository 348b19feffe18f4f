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
  /**
   * Of the context at CGROUP_SOCK_OPS, a SOCKHASH, a pointer to a key, and flags: puts the socket
   * in; 0, or an errno, negative.
   */
  SOCK_HASH_UPDATE(70),
  /**
   * Of the context at SK_MSG_VERDICT, a SOCKHASH, a pointer to a key, and flags: hands what is sent
   * to the socket of that key; what the program is to return, 0 when there is none.
   */
  MSG_REDIRECT_HASH(71),
  /**
   * Of an SK_STORAGE, a pointer to a socket, one to a first value, or 0, and flags: a pointer to
   * the socket's value, or 0. Since Linux 5.2; for SK_MSG_VERDICT since 5.8.
   */
  SK_STORAGE_GET(107),
  /** Of the context: the same for the network namespace of the socket. Since Linux 5.7. */
  GET_NETNS_COOKIE(122),
  /**
   * Of a RINGBUF, a pointer to a record, its size, and flags: 0, or an errno, negative. Since Linux
   * 5.8.
   */
  RINGBUF_OUTPUT(130),
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
