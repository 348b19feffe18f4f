package io.lighter.images.cdi;

import io.lighter.images.ImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The devices that the files of some folders describe. A later folder counts more than an earlier
 * one; two files of one folder that describe one device leave it undescribed. Immutable.
 */
public final class DeviceCatalogue {
  /** Where BuildKit looks. */
  public static final List<Path> FOLDERS =
      List.of(Path.of("/etc/cdi"), Path.of("/var/run/cdi"), Path.of("/etc/buildkit/cdi"));

  private static final String ALL = "*";

  private final Map<String, CdiDevice> devices;
  private final List<String> problems;

  private DeviceCatalogue(Map<String, CdiDevice> devices, List<String> problems) {
    this.devices = devices;
    this.problems = List.copyOf(problems);
  }

  /**
   * Reads the files; a folder that is not there has none.
   *
   * @throws IOException when a folder cannot be read
   */
  public static DeviceCatalogue read(List<Path> folders) throws IOException {
    Map<String, CdiDevice> all = new TreeMap<>();
    List<String> problems = new ArrayList<>();
    for (Path folder : folders) {
      if (Files.isDirectory(folder)) {
        all.putAll(ofFolder(folder, all, problems));
      }
    }
    return new DeviceCatalogue(all, problems);
  }

  private static Map<String, CdiDevice> ofFolder(
      Path folder, Map<String, CdiDevice> before, List<String> problems) throws IOException {
    Map<String, CdiDevice> found = new LinkedHashMap<>();
    Map<String, String> twice = new HashMap<>();
    for (Path file : files(folder)) {
      try {
        for (CdiDevice device : CdiFile.read(file)) {
          CdiDevice other = found.put(device.fullName(), device);
          if (other != null) {
            twice.put(
                device.fullName(),
                "%s is described by %s and by %s"
                    .formatted(device.fullName(), other.file().path(), file));
          }
        }
      } catch (ImageException | IOException e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
    twice.keySet().forEach(found::remove);
    twice.keySet().forEach(before::remove);
    problems.addAll(twice.values());
    return found;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(file -> file.toString().matches(".*\\.(json|yaml|yml)"))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    }
  }

  /** Returns what kept devices from being described. */
  public List<String> problems() {
    return problems;
  }

  /** Returns the full names of all devices, and their kinds. */
  public List<String> names() {
    List<String> names = new ArrayList<>(devices.keySet());
    devices.values().stream().map(CdiDevice::kind).distinct().forEach(names::add);
    return names;
  }

  /**
   * Finds devices.
   *
   * @param name {@code vendor.com/class=name}; {@code vendor.com/class} is the first of that kind,
   *     {@code vendor.com/class=*} all of them; a name that no device has may be that of a class of
   *     them
   * @return none when there is none
   * @throws ImageException when it is no name
   */
  public List<CdiDevice> find(String name) {
    int equals = name.indexOf('=');
    String kind = new DeviceKind(equals < 0 ? name : name.substring(0, equals)).text();
    String wanted = equals < 0 ? "" : name.substring(equals + 1);
    List<CdiDevice> ofKind =
        devices.values().stream().filter(device -> device.kind().equals(kind)).toList();
    if (wanted.isEmpty()) {
      return ofKind.stream().limit(1).toList();
    }
    if (wanted.equals(ALL)) {
      return ofKind;
    }
    CdiDevice device = devices.get(name);
    return device != null
        ? List.of(device)
        : ofKind.stream().filter(each -> each.isOfClass(wanted)).toList();
  }

  /** Returns what a container gets with some devices: the edits of their files once. */
  public static ContainerEdits edits(List<CdiDevice> devices) {
    ContainerEdits edits = ContainerEdits.NONE;
    List<String> files = new ArrayList<>();
    for (CdiDevice device : devices) {
      if (!files.contains(device.file().path())) {
        files.add(device.file().path());
        edits = edits.and(device.file().edits());
      }
      edits = edits.and(device.edits());
    }
    return edits;
  }
}
