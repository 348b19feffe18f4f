package io.lighter.runtime.launch;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.runtime.launch.LaunchInputs.NamespaceInput;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.SpecException;

/** Opens the namespaces that a specification joins by their path. */
public final class NamespaceFiles {
  private NamespaceFiles() {}

  /**
   * Opens a namespace.
   *
   * @throws SpecException when there is none at the path, or one of another type
   */
  public static Fd open(Linux linux, NamespaceInput input) {
    String field = "linux.namespaces[" + input.type().term() + "].path";
    Fd fd;
    try {
      fd = linux.files().openat(Fd.WORKING_FOLDER, input.path(), Fcntl.O_RDONLY, 0);
    } catch (LinuxException e) {
      throw new SpecException(
          field, input.path() + " cannot be opened: " + Errno.message(e.errno()));
    }
    try {
      long type = linux.processes().namespaceType(fd);
      if (type != input.flag()) {
        throw new SpecException(field, input.path() + " is " + describe(type));
      }
      return fd;
    } catch (RuntimeException e) {
      fd.close();
      throw e;
    }
  }

  private static String describe(long flag) {
    for (NamespaceType type : NamespaceType.values()) {
      if (NamespacePlan.flag(type) == flag) {
        return "a " + type.term() + " namespace";
      }
    }
    return "no namespace";
  }
}
