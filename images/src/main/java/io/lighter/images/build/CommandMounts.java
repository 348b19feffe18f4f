package io.lighter.images.build;

import io.lighter.images.dockerfile.CleanPath;
import io.lighter.images.dockerfile.RunMount;
import io.lighter.images.dockerfile.Stage;
import io.lighter.images.dockerfile.SyntaxException;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.runtime.spec.Mount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The mounts that a RUN asks for: first what they are for the key, then, when it must run, made.
 * Used by one thread.
 */
final class CommandMounts implements AutoCloseable {
  private static final int FOLDER = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW;

  private final BuildRun run;
  private final Linux linux;
  private final String workingFolder;
  private final List<RunMount> asked;
  private final Map<RunMount, MountedFiles> files = new LinkedHashMap<>();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final List<Mount> mounts = new ArrayList<>();
  private final Map<String, String> variables = new LinkedHashMap<>();

  CommandMounts(BuildRun run, Stage stage, String workingFolder, List<RunMount> asked)
      throws IOException {
    this.run = run;
    this.linux = run.store().linux();
    this.workingFolder = workingFolder;
    this.asked = asked;
    try {
      for (RunMount mount : asked) {
        if (mount instanceof RunMount.Bind bind) {
          open(stage, mount, bind.from(), bind.source());
        } else if (mount instanceof RunMount.Cache cache && cache.from() != null) {
          open(stage, mount, cache.from(), cache.source());
        }
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void open(Stage stage, RunMount mount, @Nullable String from, String source)
      throws IOException {
    OpenedTree tree = run.open(stage, from);
    try {
      MountedFiles found = new MountedFiles(run, tree, source);
      files.put(mount, found);
      opened.add(found);
    } catch (RuntimeException e) {
      tree.close();
      throw e;
    }
  }

  /** Adds what the result depends on: not what is in caches, and no secret. */
  void addTo(CacheKey key) {
    for (RunMount mount : asked) {
      key.add(mount.toString());
      MountedFiles found = files.get(mount);
      if (found != null) {
        key.add(found.digest().toString());
      }
    }
  }

  /** Makes the mounts. */
  void make() throws IOException {
    int number = 0;
    for (RunMount mount : asked) {
      switch (mount) {
        case RunMount.Bind bind -> bind(bind);
        case RunMount.Cache cache -> cache(cache);
        case RunMount.Tmpfs tmpfs -> tmpfs(tmpfs);
        case RunMount.Secret secret -> secret(secret, number);
        case RunMount.Ssh ssh -> ssh(ssh, number);
      }
      number++;
    }
    mounts.sort(Comparator.comparingInt(m -> m.destination().split("/+", -1).length));
  }

  private String target(String path) {
    String absolute = path.startsWith("/") ? path : workingFolder + "/" + path;
    return CleanPath.rooted(absolute);
  }

  private void bind(RunMount.Bind bind) throws IOException {
    MountedFiles found = files.get(bind);
    if (found != null) {
      String path = found.path(!bind.readOnly());
      mounts.add(bindMount(target(bind.target()), path, bind.readOnly()));
    }
  }

  private static Mount bindMount(String target, String source, boolean readOnly) {
    return new Mount(
        target, "bind", source, List.of("bind", readOnly ? "ro" : "rw", "nosuid", "nodev"));
  }

  private void cache(RunMount.Cache cache) throws IOException {
    CacheFolders folders = new CacheFolders(run.store());
    CacheFolders.Use use = folders.use(cache, files.get(cache));
    opened.add(use);
    mounts.add(bindMount(target(cache.target()), use.path(), cache.readOnly()));
  }

  private void tmpfs(RunMount.Tmpfs tmpfs) {
    List<String> options = new ArrayList<>(List.of("nosuid", "nodev", "mode=1777"));
    if (tmpfs.size() > 0) {
      options.add("size=" + tmpfs.size());
    }
    mounts.add(new Mount(target(tmpfs.target()), "tmpfs", "tmpfs", options));
  }

  private void secret(RunMount.Secret secret, int number) throws IOException {
    SecretSource source = run.request().secrets().get(secret.id());
    if (source == null) {
      if (secret.required()) {
        throw new SyntaxException(
            "the secret " + secret.id() + " is required; give it by --secret id=" + secret.id());
      }
      return;
    }
    byte[] content = source.read();
    if (secret.variable() != null) {
      variables.put(secret.variable(), new String(content, StandardCharsets.UTF_8));
    }
    if (secret.target() != null) {
      Path file = secretFile(content, secret.access(), number);
      mounts.add(bindMount(target(secret.target()), file.toString(), true));
    }
  }

  private Path secretFile(byte[] content, RunMount.Access access, int number) {
    Path folder = run.commands().newFolder();
    String name = "secret-" + number;
    try (Fd opened = linux.files().openat(Fd.WORKING_FOLDER, folder.toString(), FOLDER, 0)) {
      SmallFile.write(linux, opened, name, content, access.mode());
      linux.files().fchownat(opened, name, access.uid(), access.gid(), Fcntl.AT_SYMLINK_NOFOLLOW);
    }
    return folder.resolve(name);
  }

  private void ssh(RunMount.Ssh ssh, int number) {
    Path socket = run.request().sshSockets().get(ssh.id());
    if (socket == null) {
      if (ssh.required()) {
        throw new SyntaxException(
            "the agent " + ssh.id() + " is required; give it by --ssh " + ssh.id());
      }
      return;
    }
    String target =
        ssh.target() == null ? "/run/buildkit/ssh_agent." + number : target(ssh.target());
    mounts.add(bindMount(target, socket.toString(), false));
    variables.putIfAbsent("SSH_AUTH_SOCK", target);
  }

  /** Returns the mounts, outer before inner, once they are made. */
  List<Mount> mounts() {
    return List.copyOf(mounts);
  }

  /** Returns variables that the command gets with them. */
  Map<String, String> variables() {
    return variables;
  }

  @Override
  public void close() {
    for (AutoCloseable resource : opened.reversed()) {
      try {
        resource.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
    opened.clear();
  }
}
