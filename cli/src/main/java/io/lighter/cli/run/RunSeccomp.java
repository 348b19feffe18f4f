package io.lighter.cli.run;

import io.lighter.cli.flags.UsageException;
import io.lighter.cli.options.SecurityOptions;
import io.lighter.linux.Architecture;
import io.lighter.linux.KernelVersion;
import io.lighter.runtime.seccomp.DefaultProfile;
import io.lighter.runtime.seccomp.ProfileException;
import io.lighter.runtime.seccomp.ProfileReader;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.Seccomp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The system-call filter that a container gets. */
public final class RunSeccomp {
  private RunSeccomp() {}

  /**
   * Docker's default profile, none for a privileged container, or what was asked for.
   *
   * @param capabilities those of the container; a profile may have rules that depend on them
   * @param folder the working folder that a relative path of a profile counts from
   * @return the filter, null for none
   * @throws UsageException if the profile cannot be read or is none
   */
  public static @Nullable Seccomp of(
      SecurityOptions options, Set<Capability> capabilities, Path folder) {
    String asked = options.seccomp();
    if (asked == null) {
      asked =
          options.privileged()
              ? SecurityOptions.SECCOMP_UNCONFINED
              : SecurityOptions.SECCOMP_DEFAULT;
    }
    return switch (asked) {
      case SecurityOptions.SECCOMP_UNCONFINED -> null;
      case SecurityOptions.SECCOMP_DEFAULT ->
          DefaultProfile.forContainer(
              capabilities, Architecture.current(), KernelVersion.current());
      default -> read(asked, capabilities, folder);
    };
  }

  private static Seccomp read(String file, Set<Capability> capabilities, Path folder) {
    try {
      return ProfileReader.read(folder.resolve(file))
          .forContainer(capabilities, Architecture.current(), KernelVersion.current());
    } catch (IOException | ProfileException e) {
      throw new UsageException("--security-opt seccomp=" + file + ": " + e.getMessage());
    }
  }
}
