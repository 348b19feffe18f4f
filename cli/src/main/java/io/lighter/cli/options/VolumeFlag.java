package io.lighter.cli.options;

import io.lighter.cli.flags.InvalidValueException;
import io.lighter.runtime.spec.Mount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code --volume [source:]target[:options]}: a bind mount, or an anonymous volume. Named volumes
 * are refused.
 */
final class VolumeFlag {
  private boolean accessSaid;
  private boolean readOnly;
  private boolean relabel;
  private boolean consistencySaid;
  private String propagation = "";

  private VolumeFlag() {}

  static MountRequest parse(String text, Path folder) {
    String[] fields = text.split(":", -1);
    if (fields.length > 3) {
      throw new InvalidValueException("too many colons, it takes [source:]target[:options]");
    }
    for (String field : fields) {
      if (field.isEmpty()) {
        throw new InvalidValueException(
            text.isEmpty() ? "invalid empty volume spec" : "empty section between colons");
      }
    }
    if (fields.length == 1) {
      return MountRequest.volume(ContainerPath.target(text));
    }
    String source = HostPath.resolve(fields[0], folder);
    if (!source.startsWith("/")) {
      throw new InvalidValueException(
          "named volumes are not supported yet: write ./"
              + fields[0]
              + " or an absolute path to bind a folder");
    }
    VolumeFlag flag = new VolumeFlag();
    if (fields.length == 3) {
      flag.options(fields[2]);
    }
    String target = ContainerPath.target(fields[1]);
    Mount mount = new Mount(target, "bind", source, flag.mountOptions());
    return new MountRequest(mount, MountRequest.Source.CREATED, flag.relabel);
  }

  private void options(String text) {
    for (String option : text.split(",", -1)) {
      boolean first =
          switch (option) {
            case "ro", "rw" -> access(option.equals("ro"));
            case "z", "Z" -> relabel();
            case "consistent", "cached", "delegated" -> consistency();
            case "nocopy" ->
                throw new InvalidValueException("nocopy is for named volumes, not for a bind");
            default -> Propagation.isKnown(option) && propagation(option);
          };
      if (!first) {
        throw new InvalidValueException("invalid mode: " + text);
      }
    }
  }

  private boolean access(boolean only) {
    boolean first = !accessSaid;
    accessSaid = true;
    readOnly = only;
    return first;
  }

  private boolean relabel() {
    boolean first = !relabel;
    relabel = true;
    return first;
  }

  /** Means something to Docker on a Mac only; here a bind is always consistent. */
  private boolean consistency() {
    boolean first = !consistencySaid;
    consistencySaid = true;
    return first;
  }

  private boolean propagation(String option) {
    boolean first = propagation.isEmpty();
    propagation = option;
    return first;
  }

  private List<String> mountOptions() {
    List<String> options = new ArrayList<>(3);
    options.add("rbind");
    options.add(propagation.isEmpty() ? Propagation.DEFAULT : propagation);
    if (readOnly) {
      options.add("rro");
    }
    return options;
  }
}
