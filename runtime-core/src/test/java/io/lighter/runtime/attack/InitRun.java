package io.lighter.runtime.attack;

import io.lighter.runtime.ContainerRuntime;
import io.lighter.runtime.PreparedContainer;
import io.lighter.runtime.RootFileSystem;
import io.lighter.runtime.RuntimeConfig;
import io.lighter.runtime.ShortRun;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Spec;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** A container with the runtime's init, over a folder. */
final class InitRun {
  private InitRun() {}

  /** Returns what a script wrote. */
  static String of(Path folder, Path rootfs, String script) {
    Spec plain = ShortRun.shell(script);
    Process process =
        Objects.requireNonNull(plain.process()).with(p -> p.env = List.of("PATH=/bin"));
    try (ContainerRuntime runtime =
            ContainerRuntime.open(RuntimeConfig.of(folder.resolve("state")));
        RootFileSystem root = RootFileSystem.folder(rootfs);
        PreparedContainer prepared =
            runtime.prepareWithInit(plain.with(s -> s.process = process), root)) {
      return ShortRun.run(folder, prepared).output();
    }
  }
}
