package io.lighter.bench.jmh;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupTree;
import io.lighter.linux.Linux;
import io.lighter.runtime.Container;
import io.lighter.runtime.ContainerRuntime;
import io.lighter.runtime.PreparedContainer;
import io.lighter.runtime.RootFileSystem;
import io.lighter.runtime.RuntimeConfig;
import io.lighter.runtime.Stdio;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Starts containers through the runtime. */
final class ContainerStarter implements Starter {

  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  private final String cgroup = "/lighter-jmh-" + ProcessHandle.current().pid();
  private final ContainerRuntime runtime;
  private final RootFileSystem root;
  private final PreparedContainer prepared;
  private final Stdio nowhere = Stdio.discard();
  private @Nullable Container container;

  ContainerStarter(StartStage stage, Path root, Path state) {
    this.runtime =
        ContainerRuntime.open(new RuntimeConfig(state, cgroup, stage.pool(), false, true));
    this.root = RootFileSystem.overlay(List.of(root));
    this.prepared = runtime.prepare(stage.spec(root), this.root);
  }

  @Override
  public void start() {
    container = prepared.start(nowhere);
  }

  @Override
  public void end() {
    try (Container started = Objects.requireNonNull(container)) {
      started.waitFor();
    }
  }

  @Override
  public void close() {
    prepared.close();
    root.close();
    runtime.close();
    nowhere.close();
    try (Cgroup parent = CgroupTree.locate(Linux.kernel()).openIfExists(cgroup)) {
      if (parent != null) {
        parent.remove(AT_ONCE);
      }
    }
  }
}
