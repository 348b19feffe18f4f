package io.lighter.runtime.resources;

import io.lighter.runtime.spec.IntelRdt;
import io.lighter.runtime.spec.UnsupportedSpecException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file system {@code resctrl}, by which the kernel allots shares of the last-level cache and of
 * the memory bandwidth to groups of processes, and counts what they use.
 *
 * <p>The life of a container's part of it: {@link #create} before the container's process is born;
 * {@link Group#addTask} while that process waits for its start, so that everything it does and
 * every process that it makes is in the group; {@link Group#remove} when the container is deleted.
 *
 * <p>Immutable, safe for use by many threads.
 *
 * @see <a href="https://docs.kernel.org/filesystems/resctrl.html">User Interface for Resource
 *     Control</a>
 */
public final class Resctrl {
  /** Where the kernel has a folder to mount it at. */
  public static final Path MOUNT_POINT = Path.of("/sys/fs/resctrl");

  private static final String SCHEMATA = "schemata";
  private static final String TASKS = "tasks";
  private static final String FIELD = "linux.intelRdt";

  private static final Object CREATION = new Object();

  private final Path root;

  /** Takes a folder for the file system. */
  Resctrl(Path root) {
    this.root = root;
  }

  /**
   * Returns the file system that is mounted at a folder.
   *
   * @throws UnsupportedSpecException when there is none, for a specification that asks for it
   */
  public static Resctrl at(Path root) {
    if (!Files.exists(root.resolve(SCHEMATA))) {
      throw new UnsupportedSpecException(
          FIELD,
          "Intel RDT",
          "no resctrl is mounted at "
              + root
              + "; on a processor that has it: mount -t resctrl resctrl "
              + root);
    }
    return new Resctrl(root);
  }

  /**
   * The group of one container.
   *
   * <p>Not thread-safe: a container's start and its removal follow each other.
   */
  public static final class Group {
    private final Path folder;
    private final boolean own;
    private final @Nullable Path monitoring;

    private Group(Path folder, boolean own, @Nullable Path monitoring) {
      this.folder = folder;
      this.own = own;
      this.monitoring = monitoring;
    }

    /** Returns the folder of the group, whose {@code mon_data} has its figures. */
    public Path folder() {
      return folder;
    }

    /** Returns the folder of the container's monitoring group, or null when it has none. */
    public @Nullable Path monitoring() {
      return monitoring;
    }

    /**
     * Puts a task into the group, and with it what it will create.
     *
     * @param pid of a process with one thread, in the pid namespace of the caller
     * @throws ResctrlException when the kernel refuses
     */
    public void addTask(int pid) {
      String line = pid + "\n";
      write(folder.resolve(TASKS), line, folder);
      if (monitoring != null) {
        // Only a task of the group may enter a monitoring group in it.
        write(monitoring.resolve(TASKS), line, folder);
      }
    }

    /**
     * Removes what was made for this container alone: its monitoring group, and the group when its
     * name is the container's. A class of service with a name of its own may have other containers,
     * so it stays. Tasks that still run go back to the group above. Calling it again does nothing.
     *
     * @throws ResctrlException when the kernel refuses
     */
    public void remove() {
      if (monitoring != null) {
        removeFolder(monitoring);
      }
      if (own) {
        removeFolder(folder);
      }
    }

    private static void removeFolder(Path folder) {
      try {
        Files.deleteIfExists(folder);
      } catch (IOException e) {
        throw new ResctrlException("cannot remove the resctrl group " + folder, e, "");
      }
    }
  }

  /**
   * Makes the group that a container asks for, or finds it when its class of service is there
   * already. When this fails, nothing is left of what it made.
   *
   * @param id the container's, a name of a folder
   * @throws IllegalArgumentException when an existing class of service has other schemata than
   *     those asked for, or is missing and none are asked for
   * @throws ResctrlException when the kernel refuses
   */
  public Group create(IntelRdt wanted, String id) {
    // Who finds a class of service that another thread is making, finds it with its schemata.
    synchronized (CREATION) {
      return createAlone(wanted, id);
    }
  }

  /** Returns the group of a container that was made before, whether or not it is still there. */
  public static Group find(Path root, IntelRdt wanted, String id) {
    Resctrl resctrl = new Resctrl(root);
    Path folder = resctrl.folder(wanted, id);
    Path monitoring = wanted.enableMonitoring() ? monitoring(folder, id) : null;
    return new Group(folder, wanted.closId() == null, monitoring);
  }

  private Path folder(IntelRdt wanted, String id) {
    String name = wanted.closId() == null ? id : wanted.closId();
    return name.equals("/") ? root : root.resolve(name);
  }

  private static Path monitoring(Path folder, String id) {
    return folder.resolve("mon_groups").resolve(id);
  }

  private Group createAlone(IntelRdt wanted, String id) {
    boolean own = wanted.closId() == null;
    Path folder = folder(wanted, id);
    List<String> lines = lines(wanted);
    boolean made = makeFolder(folder, own, lines);
    Path monitoring = null;
    try {
      if (made && !lines.isEmpty()) {
        write(folder.resolve(SCHEMATA), String.join("\n", lines) + "\n", folder);
      } else if (!made) {
        compare(folder, lines);
      }
      if (wanted.enableMonitoring()) {
        Path group = monitoring(folder, id);
        makeFolders(group);
        monitoring = group;
      }
      return new Group(folder, own, monitoring);
    } catch (RuntimeException e) {
      undo(made ? folder : null, e);
      throw e;
    }
  }

  /**
   * The lines for {@code schemata}, in the specification's order. A line for the bandwidth among
   * those for the cache gives way to the field that is for it.
   */
  private static List<String> lines(IntelRdt wanted) {
    List<String> lines = new ArrayList<>();
    String bandwidth = wanted.memBwSchema();
    boolean hasBandwidth = bandwidth != null && !bandwidth.isEmpty();
    if (wanted.l3CacheSchema() != null) {
      wanted
          .l3CacheSchema()
          .lines()
          .filter(line -> !line.isBlank() && !(hasBandwidth && line.strip().startsWith("MB:")))
          .forEach(lines::add);
    }
    if (hasBandwidth) {
      lines.add(bandwidth);
    }
    wanted.schemata().stream().filter(line -> !line.isBlank()).forEach(lines::add);
    return lines;
  }

  /** Returns whether the folder was made, and not there before. */
  private boolean makeFolder(Path folder, boolean own, List<String> lines) {
    if (folder.equals(root)) {
      return false;
    }
    if (!own && lines.isEmpty()) {
      if (!Files.isDirectory(folder)) {
        throw new IllegalArgumentException(
            FIELD
                + ".closID: there is no class of service "
                + folder
                + ", and no schema to make it with; make it, or give its schemata");
      }
      return false;
    }
    try {
      Files.createDirectory(folder);
      return true;
    } catch (FileAlreadyExistsException e) {
      if (own) {
        throw new ResctrlException("the resctrl group of this container's id is there", e, "");
      }
      return false;
    } catch (IOException e) {
      throw new ResctrlException("cannot make the resctrl group " + folder, e, lastStatus(folder));
    }
  }

  private static void makeFolders(Path group) {
    try {
      Files.createDirectories(group);
    } catch (IOException e) {
      throw new ResctrlException("cannot make the monitoring group " + group, e, lastStatus(group));
    }
  }

  /** A class of service that others may use is taken as it is: it must be what is asked for. */
  private static void compare(Path folder, List<String> lines) {
    if (lines.isEmpty()) {
      return;
    }
    Schemata present = Schemata.parse(read(folder.resolve(SCHEMATA)));
    String difference = present.firstMissing(Schemata.parse(String.join("\n", lines)));
    if (difference != null) {
      throw new IllegalArgumentException(
          FIELD
              + ": the class of service "
              + folder
              + " is there and has not "
              + difference
              + "; ask for what it has, or for another closID");
    }
  }

  private static void undo(@Nullable Path made, RuntimeException cause) {
    if (made == null) {
      return;
    }
    try {
      Files.deleteIfExists(made);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new ResctrlException("cannot read " + file, e, "");
    }
  }

  /** By one write: the kernel takes all lines of a write, or says which one it does not take. */
  private static void write(Path file, String text, Path group) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      String what = "cannot write \"" + text.strip().replace("\n", "\\n") + "\" to " + file;
      throw new ResctrlException(what, e, lastStatus(group));
    }
  }

  /** What the kernel says of the last failure, in words; since Linux 4.16. */
  private static String lastStatus(Path within) {
    for (Path at = within; at != null; at = at.getParent()) {
      Path status = at.resolve("info/last_cmd_status");
      try {
        return Files.readString(status).strip();
      } catch (NoSuchFileException e) {
        // It is in the file system's root alone.
      } catch (IOException e) {
        return "";
      }
    }
    return "";
  }
}
