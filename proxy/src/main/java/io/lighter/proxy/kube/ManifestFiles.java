package io.lighter.proxy.kube;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Files of objects that change: a further reading costs a look at each file, and the reading of
 * those that have changed. Objects are not kept, only their names. Not thread-safe.
 */
public final class ManifestFiles {
  /**
   * A file that was written so shortly before it was read may be written again without another time
   * of modification, as that is as coarse as the kernel's tick.
   */
  private static final Duration SETTLED = Duration.ofSeconds(1);

  /** How a file looked before it was read. */
  private record Stamp(FileTime modified, long size, @Nullable Object key, boolean settled) {
    static Stamp of(Path file) throws IOException {
      Instant now = Instant.now();
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      FileTime modified = attributes.lastModifiedTime();
      boolean settled = modified.toInstant().isBefore(now.minus(SETTLED));
      return new Stamp(modified, attributes.size(), attributes.fileKey(), settled);
    }
  }

  private record Known(Stamp stamp, List<ObjectName> names) {}

  private final List<Path> paths;
  private Map<Path, Known> known = Map.of();

  /** How many files have an object. */
  private Map<ObjectName, Integer> owners = Map.of();

  private boolean wasRead;

  /**
   * Reads nothing yet.
   *
   * @param paths files, and folders of files as {@link Manifests#read} takes them
   */
  public ManifestFiles(List<Path> paths) {
    this.paths = List.copyOf(paths);
  }

  /**
   * Returns what has changed since the last reading; all, the first time. Where an object is in
   * several files, the last of them counts.
   *
   * @throws IOException when something cannot be read, is no YAML, or is no object; the next
   *     reading tells all changes since the last that could be read
   */
  public ManifestChanges read() throws IOException {
    Map<Path, Known> after = new LinkedHashMap<>();
    List<Map<?, ?>> put = new ArrayList<>();
    Set<ObjectName> touched = new HashSet<>();
    for (Path path : paths) {
      for (Path file : Manifests.files(path)) {
        Stamp stamp = Stamp.of(file);
        Known before = known.get(file);
        if (before != null && stamp.settled() && stamp.equals(before.stamp())) {
          after.put(file, before);
          continue;
        }
        List<ObjectName> names = read(file, put);
        after.put(file, new Known(stamp, names));
        touched.addAll(names);
        if (before != null) {
          touched.addAll(before.names());
        }
      }
    }
    known.forEach(
        (file, gone) -> {
          if (!after.containsKey(file)) {
            touched.addAll(gone.names());
          }
        });
    Map<ObjectName, Integer> nowOwners = owners(after);
    boolean whole = !wasRead || touched.stream().anyMatch(name -> isInSeveral(name, nowOwners));
    List<Map<?, ?>> removed =
        touched.stream()
            .filter(name -> !nowOwners.containsKey(name) && !name.name().isEmpty())
            .<Map<?, ?>>map(ObjectName::object)
            .toList();
    ManifestChanges changes =
        whole
            ? new ManifestChanges(all(after), List.of(), true)
            : new ManifestChanges(put, removed, false);
    known = after;
    owners = nowOwners;
    wasRead = true;
    return changes;
  }

  private boolean isInSeveral(ObjectName name, Map<ObjectName, Integer> nowOwners) {
    return owners.getOrDefault(name, 0) > 1 || nowOwners.getOrDefault(name, 0) > 1;
  }

  private static List<ObjectName> read(Path file, List<Map<?, ?>> objects) throws IOException {
    int first = objects.size();
    Manifests.readFile(file, objects);
    return objects.subList(first, objects.size()).stream().map(ObjectName::of).toList();
  }

  private static Map<ObjectName, Integer> owners(Map<Path, Known> files) {
    Map<ObjectName, Integer> owners = new HashMap<>();
    files
        .values()
        .forEach(file -> file.names().forEach(name -> owners.merge(name, 1, Integer::sum)));
    return owners;
  }

  private static List<Map<?, ?>> all(Map<Path, Known> files) throws IOException {
    List<Map<?, ?>> all = new ArrayList<>();
    for (Path file : files.keySet()) {
      Manifests.readFile(file, all);
    }
    return all;
  }
}
