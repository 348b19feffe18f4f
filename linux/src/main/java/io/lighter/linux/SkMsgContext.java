package io.lighter.linux;

/**
 * What a program is given when a socket of a SOCKHASH sends: the layout of {@code struct sk_msg_md}
 * of {@code <linux/bpf.h>}, to which its register r1 points. It runs once for what is sent at once,
 * or for each 17 pieces of memory of it, with the socket locked.
 */
public final class SkMsgContext {
  /** To return: it is sent, or handed to whom a helper says. */
  public static final int PASS = 1;

  /** A u32: the bytes. */
  public static final int SIZE = 68;

  /** A u64: a pointer to the socket that sends, {@link SockContext}. */
  public static final int SK = 72;

  private SkMsgContext() {}
}
