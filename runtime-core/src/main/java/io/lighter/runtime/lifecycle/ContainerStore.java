package io.lighter.runtime.lifecycle;

import io.lighter.cgroups.Delegation;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.runtime.ContainerPlace;
import io.lighter.runtime.LifecycleLaunch;
import io.lighter.runtime.PrivateFolder;
import io.lighter.runtime.spec.Bundle;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.SpecWriter;
import io.lighter.runtime.systemd.Scope;
import io.lighter.runtime.systemd.Systemd;
import io.lighter.runtime.systemd.SystemdException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A folder of containers, each with its state in a folder of its own below it.
 *
 * <p>Any number of processes may use one store at once. Safe for use by many threads.
 *
 * <p>A container that waits to be started keeps some memory of the process that created it. It is
 * given back when that process starts or deletes it, or creates another after it has ended.
 */
public final class ContainerStore {
  /** As runc has it; a name is also one of a folder and of a cgroup. */
  private static final Pattern ID = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9_+.-]{1,200}");

  private final Linux linux = Linux.kernel();
  private final Path root;
  private final Supplier<Systemd> systemd;
  private final Map<String, AutoCloseable> memory = new ConcurrentHashMap<>();
  private final Specifications specifications = new Specifications();
  private volatile @Nullable LifecycleLaunch launch;

  private ContainerStore(Path root, Supplier<Systemd> systemd) {
    this.root = root;
    this.systemd = systemd;
  }

  /**
   * Opens a store; its folder is made with mode 0700 when a first container is.
   *
   * @param root absolute
   */
  public static ContainerStore open(Path root) {
    return open(
        root,
        () -> {
          throw new SystemdException(
              "this store knows no way to systemd: open it with one, or let no container have a"
                  + " cgroup of systemd's");
        });
  }

  /**
   * Opens a store whose containers may have cgroups that systemd makes.
   *
   * @param root absolute
   * @param systemd connects to systemd; asked by who makes, changes or deletes such a container,
   *     and for no other
   */
  public static ContainerStore open(Path root, Supplier<Systemd> systemd) {
    if (!root.isAbsolute()) {
      throw new IllegalArgumentException("the folder of the containers must be absolute: " + root);
    }
    return new ContainerStore(root, systemd);
  }

  /**
   * Connects to systemd.
   *
   * @throws SystemdException when it cannot be reached
   */
  Systemd systemd() {
    return systemd.get();
  }

  Specifications specifications() {
    return specifications;
  }

  /** Made when it is first needed: who only asks for states does without. */
  LifecycleLaunch launch() {
    LifecycleLaunch known = launch;
    if (known == null) {
      synchronized (this) {
        known = launch;
        if (known == null) {
          known = new LifecycleLaunch(linux);
          launch = known;
        }
      }
    }
    return known;
  }

  /**
   * Makes a container: all of it is there afterwards but the user's program, which waits for {@link
   * StoredContainer#start}.
   *
   * @param id letters, digits and {@code _+-.}, as runc has it
   * @throws LifecycleException when there is one of that id
   * @throws io.lighter.runtime.StartException when it cannot be made; nothing is left of it then
   */
  public Created create(String id, Bundle bundle, CreateOptions options) {
    checkId(id);
    forgetStarted();
    if (!options.systemdCgroup()) {
      LinuxConfig config = bundle.spec().linuxOrEmpty();
      String cgroup =
          options.cgroupIfAllowed()
              ? userCgroups().of(config, id)
              : CgroupPaths.of(config.cgroupsPath(), id);
      return create(id, bundle, options, cgroup, null);
    }
    try (Systemd connection = systemd()) {
      Scope scope = Scope.of(connection, bundle.spec(), id);
      if (!launch().users().initial()) {
        userCgroups().requireBirthsIn(scope.cgroup());
      }
      return create(id, bundle, options, scope.cgroup(), scope);
    }
  }

  /**
   * Makes a container again that {@link StoredContainer#checkpoint} has written down. It runs
   * afterwards, from where it was. Its id, its cgroup, its limits and its mounts of the host are
   * those of this call; what is in the images gives it no more than the configuration.
   *
   * @param bundle with the configuration and the root that it had
   * @throws LifecycleException when there is one of that id
   * @throws io.lighter.runtime.criu.CriuException when it cannot be made; nothing is left of it
   *     then
   */
  public Restored restore(String id, Bundle bundle, RestoreOptions options) {
    checkId(id);
    Restoration restoration = new Restoration(this, linux, id, bundle, options);
    if (!options.systemdCgroup()) {
      String cgroup = CgroupPaths.of(bundle.spec().linuxOrEmpty().cgroupsPath(), id);
      return restoration.carryOut(cgroup, null);
    }
    try (Systemd connection = systemd()) {
      Scope scope = Scope.of(connection, bundle.spec(), id);
      return restoration.carryOut(scope.cgroup(), scope);
    }
  }

  private UserCgroups userCgroups() {
    return new UserCgroups(new Delegation(linux, launch().tree()));
  }

  private Created create(
      String id,
      Bundle bundle,
      CreateOptions options,
      @Nullable String cgroup,
      @Nullable Scope scope) {
    Spec spec = bundle.spec();
    StarterSpec started = StarterSpec.of(spec, cgroup != null, launch().users());
    Path folder = makeFolder(id);
    ContainerPlace place = new ContainerPlace(id, bundle.directory(), folder, cgroup, scope);
    StoredContainer container = new StoredContainer(this, linux, id, folder);
    LifecycleLaunch.Waiting waiting = null;
    try {
      StateFile state = StateFile.before(bundle, cgroup, options.newKeyring(), scope);
      DurableFile.replace(folder.resolve(StoredContainer.CONFIG), SpecWriter.toJson(spec));
      // Before there is a process: whoever finds this knows which cgroup to look into.
      state.write(folder.resolve(StoredContainer.STATE));
      waiting =
          launch()
              .create(
                  options.notifySocket()
                      ? NotifySocket.shown(started.spec(), folder)
                      : started.spec(),
                  bundle.rootfs(),
                  place,
                  options.stdio(),
                  options.window(),
                  options.extra(),
                  options.newKeyring());
      PidFd process = waiting.process();
      state
          .withProcess(process.pid(), ProcessTime.of(process.pid()))
          .write(folder.resolve(StoredContainer.STATE));
      memory.put(id, waiting.memory());
      return new Created(
          container, process, waiting.terminal(), started.warnings(waiting.warnings()));
    } catch (IOException e) {
      container.discard(e, waiting);
      throw new UncheckedIOException("the state of " + id + " cannot be written", e);
    } catch (RuntimeException e) {
      container.discard(e, waiting);
      throw e;
    }
  }

  Path makeFolder(String id) {
    Path folder = root.resolve(id);
    try {
      PrivateFolder.ensure(linux, root);
      PrivateFolder.make(folder);
      Files.createDirectory(
          folder.resolve("empty"),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-xr-xr-x")));
      return folder;
    } catch (FileAlreadyExistsException e) {
      throw new LifecycleException("there is a container " + id + " already in " + root, e);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the folder " + folder + " cannot be made: " + e.getMessage(), e);
    }
  }

  private static void checkId(String id) {
    if (!ID.matcher(id).matches()) {
      throw new LifecycleException(
          "\"" + id + "\" is not the id of a container: letters, digits and _+-. are allowed");
    }
  }

  /**
   * Returns a container.
   *
   * @throws LifecycleException when there is none of that id
   */
  public StoredContainer get(String id) {
    checkId(id);
    Path folder = root.resolve(id);
    if (!Files.isDirectory(folder)) {
      throw new LifecycleException("there is no container " + id + " in " + root);
    }
    return new StoredContainer(this, linux, id, folder);
  }

  /** Returns a watcher of nothing yet: {@link StoredContainer#watch}. */
  public ContainerWatcher watcher() {
    return new ContainerWatcher(linux);
  }

  /** Returns the states of all containers, in the order of their ids. */
  public List<ContainerState> list() {
    List<ContainerState> states = new ArrayList<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(root)) {
      List<String> ids = new ArrayList<>();
      folders.forEach(folder -> ids.add(folder.getFileName().toString()));
      ids.sort(null);
      for (String id : ids) {
        addState(id, states);
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("the containers in " + root + " cannot be listed", e);
    }
    return states;
  }

  private void addState(String id, List<ContainerState> states) {
    try {
      states.add(get(id).state());
    } catch (LifecycleException e) {
      // Deleted meanwhile, or no folder of ours.
      return;
    }
  }

  /** Gives back what a container kept while it waited. */
  void forget(String id) {
    AutoCloseable kept = memory.remove(id);
    if (kept != null) {
      try {
        kept.close();
      } catch (Exception e) {
        throw new IllegalStateException("memory of " + id + " could not be given back", e);
      }
    }
  }

  /** Those that another process has started, or that have ended. */
  private void forgetStarted() {
    for (String id : memory.keySet()) {
      StoredContainer container = new StoredContainer(this, linux, id, root.resolve(id));
      if (!container.waits()) {
        forget(id);
      }
    }
  }
}
