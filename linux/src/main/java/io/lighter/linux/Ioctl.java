package io.lighter.linux;

/**
 * Requests of ioctl, by their C names; the same on x86-64 and aarch64.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/ioctl_tty.2.html">ioctl_tty(2)</a>
 * @see <a href="https://man7.org/linux/man-pages/man7/netdevice.7.html">netdevice(7)</a>
 * @see <a href="https://man7.org/linux/man-pages/man2/seccomp_unotify.2.html">
 *     seccomp_unotify(2)</a>
 */
public final class Ioctl {
  public static final int TCGETS = 0x5401;
  public static final int TCSETS = 0x5402;
  public static final int TCSETSW = 0x5403;
  public static final int TCSETSF = 0x5404;
  public static final int TIOCSCTTY = 0x540E;
  public static final int TIOCGPGRP = 0x540F;
  public static final int TIOCSPGRP = 0x5410;
  public static final int TIOCGWINSZ = 0x5413;
  public static final int TIOCSWINSZ = 0x5414;
  public static final int FIONREAD = 0x541B;
  public static final int TIOCNOTTY = 0x5422;
  public static final int TIOCGPTN = 0x80045430;
  public static final int TIOCSPTLCK = 0x40045431;

  /** Since Linux 4.13. */
  public static final int TIOCGPTPEER = 0x5441;

  /** Since Linux 4.9. */
  public static final int NS_GET_PARENT = 0xB702;

  public static final int NS_GET_NSTYPE = 0xB703;

  /** With the first version of its struct. Since Linux 6.13. */
  public static final int PIDFD_GET_INFO = 0xC040FF0B;

  public static final int SIOCATMARK = 0x8905;
  public static final int SIOCGIFFLAGS = 0x8913;
  public static final int SIOCSIFFLAGS = 0x8914;

  /** Since Linux 5.0, as the next two. */
  public static final int SECCOMP_IOCTL_NOTIF_RECV = 0xC0502100;

  public static final int SECCOMP_IOCTL_NOTIF_SEND = 0xC0182101;

  /** Its direction is right since Linux 5.8. */
  public static final int SECCOMP_IOCTL_NOTIF_ID_VALID = 0x40082102;

  /** Since Linux 5.9. */
  public static final int SECCOMP_IOCTL_NOTIF_ADDFD = 0x40182103;

  private Ioctl() {}
}
