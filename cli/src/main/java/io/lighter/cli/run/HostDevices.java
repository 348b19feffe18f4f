package io.lighter.cli.run;

import io.lighter.cli.flags.UsageException;
import io.lighter.cli.options.DeviceRequest;
import io.lighter.runtime.spec.Device;
import io.lighter.runtime.spec.DeviceType;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Looks devices up on the host. */
public final class HostDevices {
  private static final int TYPE = 0170000;
  private static final int CHARACTER = 0020000;
  private static final int BLOCK = 0060000;
  private static final int FOLDER = 0040000;

  private final List<GrantedDevice> found = new ArrayList<>();

  private HostDevices() {}

  /**
   * The devices of {@code requests}, those of a folder with all below it. A link to a device is the
   * device, by the link's name.
   *
   * @throws UsageException if there is no such device
   */
  public static List<GrantedDevice> find(List<DeviceRequest> requests) {
    HostDevices devices = new HostDevices();
    for (DeviceRequest request : requests) {
      int before = devices.found.size();
      Path path = Path.of(request.hostPath());
      try {
        devices.add(path, request.containerPath(), request.access(), true);
      } catch (NoSuchFileException e) {
        throw new UsageException("--device: " + path + ": no such file or directory");
      } catch (IOException e) {
        throw new UsageException("--device: " + path + ": " + e.getMessage());
      }
      if (devices.found.size() == before) {
        throw new UsageException("--device: " + path + " is not a device node");
      }
    }
    return devices.found;
  }

  /**
   * All devices in {@code /dev}, for a privileged container: the default ones, terminals and mounts
   * of the container's own are left out.
   *
   * @throws IOException if {@code /dev} cannot be read
   */
  public static List<GrantedDevice> all() throws IOException {
    HostDevices devices = new HostDevices();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/dev"))) {
      for (Path entry : entries) {
        if (!isOwn(entry.getFileName().toString())) {
          devices.add(entry, entry.toString(), "rwm", false);
        }
      }
    }
    return devices.found;
  }

  /**
   * All devices as {@link #all}, and of {@code requests} those that shall have another name in the
   * container than on the host, as Docker has it.
   *
   * @throws UsageException if there is no such device
   * @throws IOException if {@code /dev} cannot be read
   */
  public static List<GrantedDevice> allAnd(List<DeviceRequest> requests) throws IOException {
    List<GrantedDevice> devices = new ArrayList<>(all());
    devices.addAll(
        find(requests.stream().filter(r -> !r.hostPath().equals(r.containerPath())).toList()));
    return devices;
  }

  private static boolean isOwn(String name) {
    return switch (name) {
      case "pts", "shm", "fd", "mqueue", ".udev", "console", "ptmx" -> true;
      case "null", "zero", "full", "random", "urandom", "tty" -> true;
      default -> false;
    };
  }

  private void add(Path path, String target, String access, boolean follow) throws IOException {
    LinkOption[] links = follow ? new LinkOption[0] : new LinkOption[] {LinkOption.NOFOLLOW_LINKS};
    Map<String, Object> status = Files.readAttributes(path, "unix:mode,rdev,uid,gid", links);
    int mode = (Integer) attribute(status, "mode");
    switch (mode & TYPE) {
      case CHARACTER -> found.add(node(DeviceType.CHAR, path, status, target, access));
      case BLOCK -> found.add(node(DeviceType.BLOCK, path, status, target, access));
      case FOLDER -> addFolder(path, target, access);
      default -> {}
    }
  }

  private void addFolder(Path folder, String target, String access) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        add(entry, target + "/" + entry.getFileName(), access, false);
      }
    }
  }

  private static GrantedDevice node(
      DeviceType type, Path path, Map<String, Object> status, String target, String access) {
    int permissions = (Integer) attribute(status, "mode") & ~TYPE;
    long number = (Long) attribute(status, "rdev");
    long uid = (Integer) attribute(status, "uid") & 0xFFFF_FFFFL;
    long gid = (Integer) attribute(status, "gid") & 0xFFFF_FFFFL;
    Device device = new Device(target, type, major(number), minor(number), permissions, uid, gid);
    return new GrantedDevice(device, access, path.toString());
  }

  /** As makedev(3) of the GNU C library packs them, whose stat(2) Java shows. */
  private static long major(long number) {
    return (number >>> 8 & 0xFFF) | (number >>> 32 & 0xFFFF_F000L);
  }

  private static long minor(long number) {
    return (number & 0xFF) | (number >>> 12 & 0xFFFF_FF00L);
  }

  private static Object attribute(Map<String, Object> status, String name) {
    Object value = status.get(name);
    if (value == null) {
      throw new IllegalStateException("this Java shows no attribute unix:" + name);
    }
    return value;
  }
}
