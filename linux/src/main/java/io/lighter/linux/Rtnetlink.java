package io.lighter.linux;

/**
 * Constants of {@code <linux/rtnetlink.h>}, {@code <linux/if_link.h>} and {@code <linux/if_addr.h>}
 * by their C names, and sizes and offsets of the structs there.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/rtnetlink.7.html">rtnetlink(7)</a>
 */
final class Rtnetlink {
  static final int RTM_NEWLINK = 16;
  static final int RTM_GETLINK = 18;
  static final int RTM_SETLINK = 19;
  static final int RTM_NEWADDR = 20;
  static final int RTM_GETADDR = 22;

  static final int IFINFOMSG_SIZE = 16;
  static final int IFI_INDEX = 4;
  static final int IFI_FLAGS = 8;
  static final int IFI_CHANGE = 12;

  static final int IFLA_IFNAME = 3;
  static final int IFLA_MASTER = 10;
  static final int IFLA_NET_NS_FD = 28;
  static final int IFLA_EXT_MASK = 29;

  /** Since Linux 5.13. */
  static final int IFLA_NEW_IFINDEX = 49;

  static final int RTEXT_FILTER_SKIP_STATS = 8;

  static final int IFADDRMSG_SIZE = 8;
  static final int IFA_FAMILY = 0;
  static final int IFA_PREFIXLEN = 1;
  static final int IFA_SCOPE = 3;
  static final int IFA_INDEX = 4;

  static final int IFA_ADDRESS = 1;
  static final int IFA_LOCAL = 2;
  static final int IFA_BROADCAST = 4;
  static final int IFA_CACHEINFO = 6;
  static final int IFA_FLAGS = 8;
  static final int IFA_RT_PRIORITY = 9;

  static final int CACHEINFO_SIZE = 16;
  static final int CACHEINFO_PREFERRED = 0;
  static final int CACHEINFO_VALID = 4;

  static final int RT_SCOPE_UNIVERSE = 0;

  /** Of an IPv6 address that the kernel made for privacy; of IPv4, that it is not the first. */
  static final int IFA_F_TEMPORARY = 0x01;

  static final int IFA_F_NODAD = 0x02;
  static final int IFA_F_HOMEADDRESS = 0x10;
  static final int IFA_F_PERMANENT = 0x80;
  static final int IFA_F_MANAGETEMPADDR = 0x100;
  static final int IFA_F_NOPREFIXROUTE = 0x200;
  static final int IFA_F_MCAUTOJOIN = 0x400;

  private Rtnetlink() {}
}
