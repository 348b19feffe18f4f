package io.lighter.runtime.spec;

/** Names of kernel parameters, sysctl(8). */
public final class Sysctl {
  private Sysctl() {}

  /**
   * The file of the parameter {@code name}, relative to {@code /proc/sys}. The separator that comes
   * first in the name, a dot or a slash, is the separator; the other one is the dot of a component:
   * {@code net.ipv4.conf.eth0/1.mtu} and {@code net/ipv4/conf/eth0.1/mtu} are the same. The result
   * of a name that {@link SpecValidation} refuses can climb out of the folder.
   */
  public static String file(String name) {
    int dot = name.indexOf('.');
    int slash = name.indexOf('/');
    if (dot < 0 || (slash >= 0 && slash < dot)) {
      return name;
    }
    StringBuilder file = new StringBuilder(name);
    for (int i = 0; i < file.length(); i++) {
      switch (file.charAt(i)) {
        case '.' -> file.setCharAt(i, '/');
        case '/' -> file.setCharAt(i, '.');
        default -> {}
      }
    }
    return file.toString();
  }
}
