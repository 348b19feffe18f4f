package io.lighter.linux;

/**
 * Constants of {@code <linux/netlink.h>}, by their C names.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/netlink.7.html">netlink(7)</a>
 */
public final class NetlinkFlags {
  public static final int NETLINK_ROUTE = 0;
  public static final int NETLINK_SOCK_DIAG = 4;
  public static final int NETLINK_NETFILTER = 12;

  public static final int NLM_F_REQUEST = 0x1;
  public static final int NLM_F_MULTI = 0x2;
  public static final int NLM_F_ACK = 0x4;

  /** Of an answer: what was listed changed meanwhile. */
  public static final int NLM_F_DUMP_INTR = 0x10;

  /** Of a request that lists. */
  public static final int NLM_F_DUMP = 0x300;

  /** Of a request that makes something: what is there already is replaced. */
  public static final int NLM_F_REPLACE = 0x100;

  /** Of a request that makes something: what is there already is an error. */
  public static final int NLM_F_EXCL = 0x200;

  public static final int NLM_F_CREATE = 0x400;
  public static final int NLM_F_APPEND = 0x800;

  /** Of an error: the request is not repeated in it. */
  static final int NLM_F_CAPPED = 0x100;

  /** Of an error: attributes follow. */
  static final int NLM_F_ACK_TLVS = 0x200;

  static final int NLMSG_NOOP = 1;
  static final int NLMSG_ERROR = 2;
  static final int NLMSG_DONE = 3;
  static final int NLMSG_OVERRUN = 4;

  static final int NLMSGERR_ATTR_MSG = 1;

  static final int NLA_F_NESTED = 0x8000;
  static final int NLA_TYPE_MASK = 0x3FFF;

  static final int SOL_NETLINK = 270;

  /** Since Linux 4.3. */
  static final int NETLINK_CAP_ACK = 10;

  /** Since Linux 4.12. */
  static final int NETLINK_EXT_ACK = 11;

  /** Since Linux 4.20. */
  static final int NETLINK_GET_STRICT_CHK = 12;

  private NetlinkFlags() {}

  /** Returns where what follows {@code bytes} begins: NLMSG_ALIGN and NLA_ALIGN. */
  static int align(int bytes) {
    return (bytes + 3) & -4;
  }
}
