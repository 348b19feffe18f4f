package io.lighter.runtime;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.MountInfo;
import io.lighter.linux.PidFd;
import io.lighter.runtime.criu.CriuException;
import io.lighter.runtime.criu.CriuProgram;
import io.lighter.runtime.criu.CriuRequest;
import io.lighter.runtime.criu.CriuSession;
import io.lighter.runtime.criu.CriuSettings;
import io.lighter.runtime.criu.Descriptors;
import io.lighter.runtime.criu.ImageFolder;
import io.lighter.runtime.launch.CriuPlan;
import io.lighter.runtime.launch.LaunchOptions;
import io.lighter.runtime.spec.Namespace;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Spec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Has CRIU write a container down. Safe for use by many threads. */
public final class CheckpointLaunch {
  static final String NETWORK_KEY = "extRootNetNS";
  private static final String LOG = "dump.log";
  private static final int STREAMS = 3;

  private final Linux linux;
  private final Preparation preparation;

  CheckpointLaunch(Linux linux, Preparation preparation) {
    this.linux = linux;
    this.preparation = preparation;
  }

  /**
   * Writes a container down. When that fails it is as it was, and no image is left.
   *
   * @param rootfs its root on the host
   * @param process its first process
   * @param cgroup the folder of its cgroup
   * @param processes all that are in it
   * @param leaveRunning whether it goes on; otherwise all its processes have ended
   * @throws CriuException when it cannot be written down
   */
  public void dump(
      Spec spec,
      Path rootfs,
      ContainerPlace place,
      PidFd process,
      Path cgroup,
      List<Integer> processes,
      CriuSettings settings,
      boolean leaveRunning) {
    Checkpointable.check(spec, preparation.users(), linux);
    requireFamily(process.pid(), processes);
    CriuProgram criu = CriuProgram.find(settings.program());
    Path log = Objects.requireNonNullElse(settings.work(), settings.images());
    try (ImageFolder images = ImageFolder.forWriting(linux, settings.images());
        ImageFolder work = ImageFolder.forLog(linux, log)) {
      images.requireEmpty();
      work.remove(LOG);
      int pid = process.pid();
      CriuRequest request =
          CriuRequest.dump(pid, images, work, LOG).with(settings).root(rootfs).freezer(cgroup);
      if (leaveRunning) {
        request.with(CriuRequest.Switch.LEAVE_RUNNING);
      }
      hostMounts(spec, rootfs, place).found(linux, pid).forEach(request::external);
      network(spec, pid, request);
      try {
        describeStreams(pid, request).write(images);
        carryOut(criu, request, work);
      } catch (RuntimeException e) {
        images.removeImages();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the container " + place.id() + " cannot be looked at", e);
    }
  }

  /** CRIU goes from parents to children, and would not find what an exec has started. */
  private static void requireFamily(int first, List<Integer> processes) {
    for (int pid : processes) {
      int parent = parentOf(pid);
      if (pid != first && parent != 0 && !processes.contains(parent)) {
        throw new CriuException(
            "process "
                + pid
                + " has been started in the container by an exec and is no child of its first: it"
                + " would be lost, so let it end first");
      }
    }
  }

  /** Returns 0 for a process that has ended. */
  private static int parentOf(int pid) {
    return ProcessHandle.of(pid)
        .flatMap(ProcessHandle::parent)
        .map(parent -> (int) parent.pid())
        .orElse(0);
  }

  private void carryOut(CriuProgram criu, CriuRequest request, ImageFolder work) {
    int flags = Fcntl.O_RDWR;
    try (Fd nothing = linux.files().openat(Fd.WORKING_FOLDER, "/dev/null", flags, 0);
        CriuSession session =
            CriuSession.start(
                linux,
                socket -> CriuPlan.dump(linux, criu.file(), CriuProgram.PATH, socket, nothing),
                null)) {
      session.carryOut(request, (notice, pid, message) -> {});
    } catch (CriuException e) {
      throw Checkpointable.failed("checkpoint", criu, work, LOG, e);
    }
  }

  private HostMounts hostMounts(Spec spec, Path rootfs, ContainerPlace place) {
    try (RootFileSystem root = RootFileSystem.folder(rootfs)) {
      LaunchOptions options = RestoreLaunch.options(place, rootfs);
      return HostMounts.of(spec, preparation.plan(spec, root, options));
    }
  }

  /** One that the specification names is not the container's own. */
  private static void network(Spec spec, int pid, CriuRequest request) throws IOException {
    Namespace network = spec.linuxOrEmpty().namespace(NamespaceType.NETWORK);
    if (network != null && !network.isNew()) {
      String link = Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/net")).toString();
      String inode = link.substring(link.indexOf('[') + 1, link.length() - 1);
      request.external("net[" + inode + "]:" + NETWORK_KEY);
    }
  }

  /** Files of the host are named to CRIU as what it has not to look for in the container. */
  private static Descriptors describeStreams(int pid, CriuRequest request) throws IOException {
    List<Long> own = MountInfo.of(pid).entries().stream().map(MountInfo.Entry::id).toList();
    List<String> names = new ArrayList<>();
    for (int number = 0; number < STREAMS; number++) {
      Path file = Path.of("/proc/" + pid + "/fd/" + number);
      if (!Files.exists(file)) {
        names.add("");
        continue;
      }
      String link = Files.readSymbolicLink(file).toString();
      long mount = mountOf(pid, number);
      if (link.startsWith("/") && !own.contains(mount)) {
        long inode = (Long) Files.getAttribute(file, "unix:ino");
        String name = String.format("file[%x:%x]", mount, inode);
        if (!names.contains(name)) {
          request.external(name);
        }
        names.add(name);
      } else {
        names.add(link);
      }
    }
    return new Descriptors(names);
  }

  private static long mountOf(int pid, int number) throws IOException {
    Map<String, String> fields =
        Files.readAllLines(Path.of("/proc/" + pid + "/fdinfo/" + number)).stream()
            .filter(line -> line.contains(":"))
            .collect(
                Collectors.toMap(
                    line -> line.substring(0, line.indexOf(':')),
                    line -> line.substring(line.indexOf(':') + 1).strip(),
                    (first, second) -> first));
    return Long.parseLong(fields.getOrDefault("mnt_id", "0"));
  }
}
