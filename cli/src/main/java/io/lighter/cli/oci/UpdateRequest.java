package io.lighter.cli.oci;

import io.lighter.cli.flags.ByteSize;
import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.InvalidValueException;
import io.lighter.cli.flags.UsageException;
import io.lighter.runtime.spec.BlockIo;
import io.lighter.runtime.spec.Cpu;
import io.lighter.runtime.spec.Memory;
import io.lighter.runtime.spec.Pids;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.SpecReader;
import io.lighter.runtime.spec.SpecValidation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The limits that {@code update} changes: from a file, or from flags of their own. */
final class UpdateRequest {
  private final Flags flags;

  private UpdateRequest(Flags flags) {
    this.flags = flags;
  }

  static Resources read(Flags flags, Caller caller) throws IOException {
    String file = flags.last("resources");
    List<String> names = flags.names();
    if (names.isEmpty()) {
      throw new UsageException("nothing to change: give --resources, or one limit at least");
    }
    if (file == null) {
      Resources resources = new UpdateRequest(flags).resources();
      SpecValidation.check(resources);
      return resources;
    }
    for (String name : names) {
      if (!name.equals("resources")) {
        throw new UsageException(
            "--resources has all limits: leave out --" + name + ", or write it there");
      }
    }
    return SpecReader.parseResources(
        file.equals("-")
            ? caller.in().readNBytes(SpecReader.MAX_BYTES + 1)
            : bytes(caller.folder().resolve(file)));
  }

  private static byte[] bytes(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return in.readNBytes(SpecReader.MAX_BYTES + 1);
    }
  }

  private Resources resources() {
    return Resources.NONE.with(
        r -> {
          r.cpu = cpu();
          r.memory = memory();
          r.pids = flags.isGiven("pids-limit") ? new Pids(number("pids-limit")) : null;
          Long weight = number("blkio-weight");
          if (weight != null) {
            r.blockIo =
                new BlockIo(
                    Math.toIntExact(weight),
                    null,
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of());
          }
        });
  }

  private @Nullable Cpu cpu() {
    Long share = number("cpu-share");
    Cpu cpu =
        Cpu.NONE.with(
            c -> {
              c.shares = share == null ? number("cpu-shares") : share;
              c.quota = number("cpu-quota");
              c.burst = number("cpu-burst");
              c.period = number("cpu-period");
              c.idle = number("cpu-idle");
              c.cpus = flags.last("cpuset-cpus");
              c.mems = flags.last("cpuset-mems");
            });
    return cpu.equals(Cpu.NONE) ? null : cpu;
  }

  private @Nullable Memory memory() {
    Memory memory =
        Memory.NONE.with(
            m -> {
              m.limit = bytes("memory");
              m.reservation = bytes("memory-reservation");
              m.swap = bytes("memory-swap");
            });
    return memory.equals(Memory.NONE) ? null : memory;
  }

  private @Nullable Long number(String flag) {
    return flags.isGiven(flag) ? flags.number(flag, 0) : null;
  }

  /** Bytes, or -1 for no limit. */
  private @Nullable Long bytes(String flag) {
    String text = flags.last(flag);
    if (text == null) {
      return null;
    }
    try {
      return text.equals("-1") ? -1 : ByteSize.parse(text);
    } catch (InvalidValueException e) {
      throw flags.invalid(flag, text, e);
    }
  }
}
