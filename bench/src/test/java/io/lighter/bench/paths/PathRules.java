package io.lighter.bench.paths;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.Set;

/**
 * A path that an image or a container had a hand in is resolved by two classes alone: in a launch
 * program by {@code PathSteps}, and in Java by {@code openat2} of {@code io.lighter.linux.Files},
 * which refuses to be called without RESOLVE_IN_ROOT or RESOLVE_BENEATH.
 *
 * <p>So no other class may make a step that walks a path, and none may open or mount by a path of
 * the host's, but those listed here, each with the paths that it is about. Whoever adds one says by
 * it that these are no container's.
 */
final class PathRules extends ArchCondition<JavaClass> {
  /** Calls of the kernel that walk a path from the working folder, or mount on one. */
  private static final Set<String> PATH_STEPS =
      Set.of(
          "OPENAT",
          "OPENAT2",
          "OPEN_TREE",
          "OPEN_TREE_ATTR",
          "MOVE_MOUNT",
          "MOUNT",
          "FSPICK",
          "CHDIR",
          "CHROOT",
          "STATFS",
          "GETXATTR",
          "LGETXATTR",
          "SETXATTR",
          "LSETXATTR",
          "LISTXATTR",
          "LLISTXATTR",
          "REMOVEXATTR",
          "LREMOVEXATTR",
          "INOTIFY_ADD_WATCH");

  private static final Set<String> MAY_MAKE_PATH_STEPS =
      Set.of(
          "io.lighter.runtime.launch.PathSteps",
          // Onto a descriptor, with an empty path.
          "io.lighter.runtime.launch.MountCalls");

  /** Which classes resolve paths of the host, and what these are. */
  private static final Map<String, String> PATHS_OF_THE_HOST =
      Map.ofEntries(
          Map.entry("images.build.CacheFolders", "the caches of builds, in the store"),
          Map.entry("images.build.CommandMounts", "the runtime's folder, for secrets"),
          Map.entry("images.build.CommandSpec", "procfs of the host"),
          Map.entry("images.build.Commands", "/dev/null of the host"),
          Map.entry("images.build.ContextFetch", "a folder of the store, with a download"),
          Map.entry("images.build.ContextFolder", "a context, which the caller names"),
          Map.entry("images.build.Emulators", "binfmt_misc of the host"),
          Map.entry("images.build.FolderOutput", "a folder, which the caller names"),
          Map.entry("images.build.Folders", "a folder of the store, where git has been"),
          Map.entry("images.build.GitSource", "a folder of the store, for git"),
          Map.entry("images.build.HostFiles", "the host's resolvers"),
          Map.entry("images.build.LayerArchive", "layers, as the store has them"),
          Map.entry("images.build.OciLayout", "a layout, which the caller names"),
          Map.entry("images.build.RunStep", "the runtime's folder"),
          Map.entry("images.build.files.OpenFile", "our own descriptors"),
          Map.entry("images.cdi.CdiFile", "a file of a vendor, in /etc/cdi of the host"),
          Map.entry("images.cdi.DeviceCatalogue", "/etc/cdi of the host"),
          Map.entry("images.cdi.DeviceNode", "devices of the host"),
          Map.entry("images.registry.credentials.ConfigFile", "Docker's config.json"),
          Map.entry("images.registry.credentials.DockerConfig", "Docker's config.json"),
          Map.entry("images.registry.PemFiles", "certificates, which the configuration names"),
          Map.entry(
              "images.registry.client.TlsContexts", "certificates, which the configuration names"),
          Map.entry(
              "images.registry.server.RegistryConfiguration",
              "a configuration, which the caller names"),
          Map.entry(
              "images.registry.server.access.Accounts",
              "a file of accounts, which the configuration names"),
          Map.entry("images.registry.server.access.TokenSigner", "a key in the registry's folder"),
          Map.entry("images.registry.server.storage.RegistryStore", "the registry's folder"),
          Map.entry("images.registry.server.storage.Upload", "the registry's folder"),
          Map.entry("images.registry.server.storage.Uploads", "the registry's folder"),
          Map.entry("images.store.BlobStore", "the store"),
          Map.entry("images.store.DurableFile", "the store"),
          Map.entry("images.store.FileLock", "the store"),
          Map.entry("images.store.GarbageCollector", "the store"),
          Map.entry("images.store.ImageStore", "the store"),
          Map.entry("images.store.Ingest", "the store"),
          Map.entry("images.store.LayerDraft", "the store"),
          Map.entry("images.store.LayerStore", "the store"),
          Map.entry("images.store.Lease", "the store"),
          Map.entry("images.store.NewBlob", "the store"),
          Map.entry("images.store.Records", "the store"),
          Map.entry("images.store.References", "the store"),
          Map.entry("images.store.StoreFolder", "the store"),
          Map.entry("overlay.LayerStack", "the folders of layers, as the store has them"),
          Map.entry("overlay.MountFailure", "our own descriptors"),
          Map.entry("overlay.OptionPageMount", "our own descriptors, and the root"),
          Map.entry("runtime.AccountFile", "our own descriptors"),
          Map.entry("runtime.CheckpointLaunch", "procfs and /dev/null of the host"),
          Map.entry("runtime.HostMounts", "procfs of the host, and sources of binds"),
          Map.entry("runtime.RestoreMountPoints", "sources of binds"),
          Map.entry("runtime.RestoreMounts", "the container's folder in the store"),
          Map.entry("runtime.RestoreRun", "/dev/null of the host, and a namespace"),
          Map.entry("runtime.RestoredCheck", "procfs of the host"),
          Map.entry("runtime.TreeCopy", "our own descriptors"),
          Map.entry("runtime.criu.CriuProgram", "programs of the host"),
          Map.entry("runtime.criu.ImageFolder", "the folder of images, which the caller names"),
          Map.entry("runtime.ContainerId", "/dev/urandom of the host"),
          Map.entry("runtime.ContainerInit", "the file of the init, in the runtime's folder"),
          Map.entry("runtime.DetachedTrees", "sources of binds, which the specification names"),
          Map.entry("runtime.ExecGate", "the container's folder in the store"),
          Map.entry("runtime.ExecTerminal", "the root of a container, and the host's ptmx"),
          Map.entry("runtime.HostFacts", "procfs and sysfs of the host"),
          Map.entry("runtime.HostPaths", "sources of binds, and devices"),
          Map.entry("runtime.IdMappingFiles", "procfs of the host"),
          Map.entry("runtime.InstanceFolder", "the runtime's folder"),
          Map.entry("runtime.InstanceHousekeeping", "the runtime's folder"),
          Map.entry("runtime.NetworkNamespaces", "procfs of the host"),
          Map.entry("runtime.OwnUsers", "procfs of the host"),
          Map.entry("runtime.PlaceHousekeeping", "the container's folder in the store"),
          Map.entry("runtime.PrivateFolder", "the runtime's folders"),
          Map.entry("runtime.RootFileSystem", "the root itself, which the caller names"),
          Map.entry("runtime.SpecGates", "procfs of the host"),
          Map.entry("runtime.Stdio", "/dev/null of the host"),
          Map.entry("runtime.launch.EnteredNamespaces", "procfs of the host"),
          Map.entry("runtime.launch.NamespaceFiles", "namespaces, which the specification names"),
          Map.entry("runtime.launch.Rendezvous", "the container's folder in the store"),
          Map.entry("runtime.lifecycle.ContainerRemoval", "the store"),
          Map.entry("runtime.lifecycle.ContainerStore", "the store"),
          Map.entry("runtime.lifecycle.DurableFile", "the store"),
          Map.entry("runtime.lifecycle.FolderLock", "the store"),
          Map.entry("runtime.lifecycle.NamespaceMembers", "procfs of the host"),
          Map.entry("runtime.lifecycle.NotifySocket", "the store"),
          Map.entry("runtime.lifecycle.ProcessTime", "procfs of the host"),
          Map.entry("runtime.lifecycle.StateFile", "the store"),
          Map.entry("runtime.lifecycle.StoredContainer", "the store"),
          Map.entry("runtime.lifecycle.StoredState", "the store"),
          Map.entry("runtime.logs.LogCountersFile", "the state folder"),
          Map.entry("runtime.logs.Nowhere", "/dev/null of the host"),
          Map.entry("runtime.logs.StreamSource", "procfs of the host"),
          Map.entry("runtime.logs.driver.LocalTail", "files of logs"),
          Map.entry("runtime.logs.driver.LockedSink", "the folder of a log"),
          Map.entry("runtime.logs.driver.LogFolder", "the folder of a log"),
          Map.entry("runtime.logs.driver.LogSpec", "the folder of a log that waits"),
          Map.entry("runtime.logs.driver.NativeDriver", "the container's folder in the store"),
          Map.entry("runtime.logs.driver.PrivateKeyFile", "a key, which the log options name"),
          Map.entry("runtime.logs.driver.RotatedFile", "files of logs"),
          Map.entry("runtime.logs.driver.SyslogDriver", "sockets of the host"),
          Map.entry("runtime.logs.driver.TlsFiles", "certificates, which the log options name"),
          Map.entry("runtime.logs.file.GzipFile", "files of logs"),
          Map.entry("runtime.logs.file.LogFile", "files of logs"),
          Map.entry("runtime.logs.file.RotatedFiles", "files of logs"),
          Map.entry("runtime.logs.folder.FolderLock", "our own descriptors"),
          Map.entry("runtime.logs.read.FileLines", "the folder of a log"),
          Map.entry("runtime.logs.read.OpenFile", "files of logs"),
          Map.entry("runtime.logs.read.RotatedNames", "files of logs"),
          Map.entry("runtime.logs.store.LogReader", "the folder of a log"),
          Map.entry("runtime.logs.store.SegmentStore", "the folder of a log"),
          Map.entry("runtime.logs.store.SpillingSink", "the folder of a log that waits"),
          Map.entry("runtime.network.NetworkDevices", "procfs of the host"),
          Map.entry("runtime.resources.Resctrl", "resctrl of the host"),
          Map.entry("runtime.rootless.HostRefusal", "settings of the host"),
          Map.entry("runtime.rootless.IdMapCommand", "programs of the host"),
          Map.entry("runtime.rootless.NestedIds", "procfs of the host"),
          Map.entry("runtime.rootless.SubordinateIds", "files in /etc of the host"),
          Map.entry("runtime.rootless.UserNamespaceEntrance", "procfs of the host"),
          Map.entry("runtime.seccomp.ProfileReader", "a profile, which the caller names"),
          Map.entry("runtime.seccomp.SeccompAgent", "a socket, which the specification names"),
          Map.entry("runtime.spec.Bundle", "a bundle, which the caller names"),
          Map.entry("runtime.spec.DefaultContainer", "sysfs of the host"),
          Map.entry("runtime.spec.SpecReader", "a bundle, which the caller names"),
          Map.entry("runtime.spec.SpecWriter", "a bundle, which the caller names"));

  private final Set<String> trusted;

  private PathRules(Set<String> trusted) {
    super("resolve paths of containers by PathSteps and openat2 only");
    this.trusted = trusted;
  }

  /** Returns the rule of the build. */
  static PathRules ofTheBuild() {
    return new PathRules(PATHS_OF_THE_HOST.keySet());
  }

  /** Returns the names of the classes that the rule excepts. */
  static Set<String> excepted() {
    return PATHS_OF_THE_HOST.keySet();
  }

  @Override
  public void check(JavaClass type, ConditionEvents events) {
    String name = type.getName();
    String outermost = name.replaceFirst("\\$.*", "");
    for (JavaAccess<?> access : type.getAccessesFromSelf()) {
      boolean refused =
          isPathStep(access.getTarget())
              ? !MAY_MAKE_PATH_STEPS.contains(outermost)
              : isPathOfTheHost(access.getTarget())
                  && !trusted.contains(outermost.replaceFirst("^io\\.lighter\\.", ""));
      if (refused) {
        events.add(SimpleConditionEvent.violated(access, access.getDescription()));
      }
    }
  }

  private static boolean isPathStep(AccessTarget target) {
    return target.getOwner().getName().equals("io.lighter.linux.SystemCall")
        && PATH_STEPS.contains(target.getName());
  }

  private static boolean isPathOfTheHost(AccessTarget target) {
    String member = target.getName();
    return switch (target.getOwner().getName()) {
      case "io.lighter.linux.Fd" -> member.equals("WORKING_FOLDER");
      case "io.lighter.linux.Mounts" -> member.equals("mount") || member.equals("umount2");
      case "java.nio.file.Files" -> true;
      case "java.nio.file.Path" -> member.equals("toRealPath") || member.equals("toFile");
      case "java.nio.channels.FileChannel" -> member.equals("open");
      case "java.io.File",
          "java.io.FileInputStream",
          "java.io.FileOutputStream",
          "java.io.FileReader",
          "java.io.FileWriter",
          "java.io.RandomAccessFile" ->
          true;
      default -> false;
    };
  }
}
