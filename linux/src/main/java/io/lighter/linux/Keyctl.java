package io.lighter.linux;

/**
 * Constants of {@code <linux/keyctl.h>} and {@code <keyutils.h>}, by their C names.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/keyctl.2.html">keyctl(2)</a>
 */
public final class Keyctl {
  public static final int KEYCTL_JOIN_SESSION_KEYRING = 1;
  public static final int KEYCTL_SETPERM = 5;

  /** Everything, for a process that possesses the key: that has it in a keyring of its own. */
  public static final int KEY_POS_ALL = 0x3f000000;

  public static final int KEY_USR_VIEW = 0x00010000;
  public static final int KEY_USR_READ = 0x00020000;

  /** Finding the key, and joining the keyring by its name, for processes of the owner. */
  public static final int KEY_USR_SEARCH = 0x00080000;

  public static final int KEY_USR_LINK = 0x00100000;

  private Keyctl() {}
}
