package io.lighter.cli.run;

import io.lighter.cli.flags.UsageException;
import io.lighter.cli.options.MountRequest;
import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.runtime.TreeCopy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Makes the folders of a run's own that its anonymous volumes are, each with a copy of what stands
 * at its target in the container's root: owners and permissions too, as Docker does. Where nothing
 * stands it is an empty folder of root's with mode 0755.
 */
public final class AnonymousVolumes {
  private static final int MODE = 0755;

  private final Linux linux;
  private final Function<String, Path> newFolder;

  /**
   * Prepares.
   *
   * @param newFolder makes an empty folder by a name; it goes with the container
   */
  public AnonymousVolumes(Linux linux, Function<String, Path> newFolder) {
    this.linux = linux;
    this.newFolder = newFolder;
  }

  /**
   * Returns the requests with a source for each.
   *
   * @param root of the container, which is not trusted: a target is resolved within it
   * @throws UsageException when something else than a folder stands at a target
   */
  public List<MountRequest> make(List<MountRequest> requests, Fd root) {
    List<MountRequest> all = new ArrayList<>();
    for (MountRequest request : requests) {
      boolean own = request.source() == MountRequest.Source.OWN;
      all.add(own ? request.from(make("volume-" + all.size(), request, root)) : request);
    }
    return all;
  }

  private String make(String name, MountRequest request, Fd root) {
    String folder = newFolder.apply(name).toString();
    String target = request.mount().destination();
    int flags = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW;
    try (Fd volume = linux.files().openat(Fd.WORKING_FOLDER, folder, flags, 0)) {
      linux.files().fchmod(volume, MODE);
      TreeCopy.fill(linux, volume, root, target, List.of());
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOTDIR) {
        throw new UsageException(
            "the volume " + target + " cannot be made: there is a file in the image, no folder");
      }
      throw e;
    }
    return folder;
  }
}
