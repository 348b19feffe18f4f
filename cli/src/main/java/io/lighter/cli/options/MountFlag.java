package io.lighter.cli.options;

import io.lighter.cli.flags.ByteSize;
import io.lighter.cli.flags.InvalidValueException;
import io.lighter.cli.flags.Numbers;
import io.lighter.runtime.spec.Mount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code --mount type=bind,source=...,target=...}: a bind or a tmpfs by keys and values. Other
 * types are refused.
 */
final class MountFlag {
  private static final int MODE_BITS = 07777;

  private String type = "volume";
  private String source = "";
  private String target = "";
  private boolean readOnly;
  private @Nullable String bindKey;
  private @Nullable String tmpfsKey;
  private String propagation = Propagation.DEFAULT;
  private String recursion = "enabled";
  private long tmpfsBytes;
  private int tmpfsMode = -1;

  private MountFlag() {}

  static MountRequest parse(String text, Path folder) {
    MountFlag flag = new MountFlag();
    for (String field : CsvFields.split(text)) {
      flag.field(field);
    }
    if (flag.type.isEmpty()) {
      throw new InvalidValueException("type is required");
    }
    if (flag.target.isEmpty()) {
      throw new InvalidValueException("target is required");
    }
    return switch (flag.type) {
      case "bind" -> flag.bind(folder);
      case "tmpfs" -> flag.tmpfs();
      case "volume", "image", "npipe", "cluster" ->
          throw new InvalidValueException(
              "type=" + flag.type + " is not supported yet: use type=bind or type=tmpfs");
      default -> throw new InvalidValueException("mount type unknown: \"" + flag.type + "\"");
    };
  }

  private void field(String field) {
    int equals = field.indexOf('=');
    String key = (equals < 0 ? field : field.substring(0, equals)).toLowerCase(Locale.ROOT);
    if (equals < 0) {
      switch (key) {
        case "readonly", "ro" -> readOnly = true;
        case "bind-nonrecursive" -> bindOption(key, "true");
        default ->
            throw new InvalidValueException(
                "invalid field '" + field + "' must be a key=value pair");
      }
      return;
    }
    String value = field.substring(equals + 1);
    switch (key) {
      case "type" -> type = value.toLowerCase(Locale.ROOT);
      case "source", "src" -> source = value;
      case "target", "dst", "destination" -> target = value;
      case "readonly", "ro" -> readOnly = truth(key, value);
      case "consistency" -> consistency(value);
      case "bind-propagation", "bind-nonrecursive", "bind-recursive" -> bindOption(key, value);
      case "tmpfs-size", "tmpfs-mode" -> tmpfsOption(key, value);
      case "volume-nocopy", "volume-label", "volume-driver", "volume-opt", "volume-subpath" ->
          throw new InvalidValueException(key + " is not supported yet: there are no volumes yet");
      case "image-subpath" ->
          throw new InvalidValueException(key + " is not supported yet: there are no images yet");
      default -> throw new InvalidValueException("unexpected key '" + key + "' in '" + field + "'");
    }
  }

  private void bindOption(String key, String value) {
    bindKey = key;
    switch (key) {
      case "bind-propagation" -> {
        if (!Propagation.isKnown(value)) {
          throw new InvalidValueException("invalid propagation mode: " + value);
        }
        propagation = value;
      }
      case "bind-nonrecursive" -> recursion = truth(key, value) ? "disabled" : "enabled";
      default ->
          recursion =
              switch (value) {
                case "enabled", "disabled", "writable", "readonly" -> value;
                default ->
                    throw new InvalidValueException(
                        "invalid value for bind-recursive: "
                            + value
                            + " (must be \"enabled\", \"disabled\", \"writable\", or"
                            + " \"readonly\")");
              };
    }
  }

  private void tmpfsOption(String key, String value) {
    tmpfsKey = key;
    try {
      if (key.equals("tmpfs-size")) {
        tmpfsBytes = ByteSize.parse(value);
      } else {
        tmpfsMode = Octal.parse(value, MODE_BITS);
      }
    } catch (InvalidValueException e) {
      throw new InvalidValueException("invalid value for " + key + ": " + value);
    }
  }

  private static void consistency(String value) {
    switch (value) {
      case "default", "consistent", "cached", "delegated" -> {}
      default -> throw new InvalidValueException("invalid value for consistency: " + value);
    }
  }

  private static boolean truth(String key, String value) {
    try {
      return Numbers.truth(value);
    } catch (InvalidValueException e) {
      throw new InvalidValueException("invalid value for " + key + ": " + value);
    }
  }

  private MountRequest bind(Path folder) {
    if (tmpfsKey != null) {
      throw new InvalidValueException("cannot mix '" + tmpfsKey + "' with mount type 'bind'");
    }
    if (source.isEmpty()) {
      throw new InvalidValueException("source is required for mount type 'bind'");
    }
    String path = HostPath.resolve(source, folder);
    if (!path.startsWith("/")) {
      throw new InvalidValueException(
          "invalid mount path: '" + source + "' mount path must be absolute, or begin with ./");
    }
    List<String> options = new ArrayList<>(3);
    options.add(recursion.equals("disabled") ? "bind" : "rbind");
    options.add(propagation);
    if (recursion.equals("readonly") && !(readOnly && propagation.equals("rprivate"))) {
      throw new InvalidValueException(
          "bind-recursive=readonly needs 'readonly' and 'bind-propagation=rprivate' beside it");
    }
    if (recursion.equals("writable") && !readOnly) {
      throw new InvalidValueException("bind-recursive=writable needs 'readonly' beside it");
    }
    if (readOnly) {
      options.add(recursion.equals("writable") ? "ro" : "rro");
    }
    Mount mount = new Mount(ContainerPath.target(target), "bind", path, options);
    return new MountRequest(mount, MountRequest.Source.REQUIRED, false);
  }

  private MountRequest tmpfs() {
    if (bindKey != null) {
      throw new InvalidValueException("cannot mix '" + bindKey + "' with mount type 'tmpfs'");
    }
    if (!source.isEmpty()) {
      throw new InvalidValueException("a tmpfs takes no source");
    }
    List<String> options = new ArrayList<>(TmpfsFlag.DEFAULTS);
    if (readOnly) {
      options.add("ro");
    }
    if (tmpfsBytes > 0) {
      options.add("size=" + tmpfsBytes);
    }
    if (tmpfsMode >= 0) {
      options.add("mode=" + Integer.toOctalString(tmpfsMode));
    }
    Mount mount = new Mount(ContainerPath.target(target), "tmpfs", "tmpfs", options);
    return new MountRequest(mount, MountRequest.Source.NONE, false);
  }
}
