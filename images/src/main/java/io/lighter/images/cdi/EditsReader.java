package io.lighter.images.cdi;

import io.lighter.images.json.Fields;
import io.lighter.runtime.spec.DeviceType;
import io.lighter.runtime.spec.Mount;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code containerEdits}. */
final class EditsReader {
  private static final String ALL = "rwm";

  /** Known, and nothing that a build can do. */
  private static final List<String> UNSUPPORTED = List.of("hooks", "intelRdt", "netDevices");

  private static final Set<String> KEYS =
      Set.of("env", "deviceNodes", "mounts", "additionalGids", "hooks", "intelRdt", "netDevices");

  private final Fields edits;

  EditsReader(Fields edits) {
    this.edits = edits;
  }

  ContainerEdits read() {
    CdiFile.known(edits, KEYS);
    List<String> env = edits.strings("env");
    for (String setting : env) {
      if (setting.indexOf('=') <= 0) {
        throw edits.error("env", "has \"" + setting + "\", which is not NAME=VALUE");
      }
    }
    return new ContainerEdits(
        env,
        edits.objects("deviceNodes", EditsReader::node),
        edits.objects("mounts", EditsReader::mount),
        edits.numbers("additionalGids").stream().filter(gid -> gid != 0).toList(),
        UNSUPPORTED.stream().filter(edits::has).toList());
  }

  private static DeviceNode node(Fields fields) {
    CdiFile.known(
        fields,
        Set.of(
            "path", "hostPath", "type", "major", "minor", "fileMode", "permissions", "uid", "gid"));
    String path = absolute(fields, "path");
    if (!path.startsWith("/dev/") || path.contains("/../") || path.endsWith("/..")) {
      throw fields.error("path", "is " + path + ", and a build makes nodes in /dev only");
    }
    String permissions = fields.has("permissions") ? fields.text("permissions") : ALL;
    if (!permissions.matches("[rwm]{0,3}")) {
      throw fields.error("permissions", "is " + permissions + ", and not some of r, w and m");
    }
    DeviceType type = type(fields);
    boolean numbered = type != null && fields.number("major", 0) != 0;
    Long fileMode = optional(fields, "fileMode");
    return new DeviceNode(
        path,
        fields.has("hostPath") ? absolute(fields, "hostPath") : path,
        type,
        numbered ? optional(fields, "major") : null,
        numbered ? Long.valueOf(fields.number("minor", 0)) : null,
        fileMode == null ? null : Integer.valueOf((int) (fileMode & 07777)),
        permissions.isEmpty() ? ALL : permissions,
        optional(fields, "uid"),
        optional(fields, "gid"));
  }

  private static @Nullable DeviceType type(Fields fields) {
    return switch (fields.text("type")) {
      case "" -> null;
      case "c" -> DeviceType.CHAR;
      case "b" -> DeviceType.BLOCK;
      case "u" -> DeviceType.UNBUFFERED;
      case "p" -> DeviceType.FIFO;
      default -> throw fields.error("type", "is " + fields.text("type") + ", not b, c, u or p");
    };
  }

  private static Mount mount(Fields fields) {
    CdiFile.known(fields, Set.of("hostPath", "containerPath", "options", "type"));
    List<String> options = new ArrayList<>(fields.strings("options"));
    String type = fields.text("type").isEmpty() ? "bind" : fields.text("type");
    if (type.equals("bind") && !options.contains("bind") && !options.contains("rbind")) {
      options.add("bind");
    }
    return new Mount(
        absolute(fields, "containerPath"),
        type,
        type.equals("bind") ? absolute(fields, "hostPath") : fields.requiredString("hostPath"),
        options);
  }

  private static String absolute(Fields fields, String name) {
    String path = fields.requiredString(name);
    if (!path.startsWith("/")) {
      throw fields.error(name, "is " + path + ", which is no absolute path");
    }
    return path;
  }

  private static @Nullable Long optional(Fields fields, String name) {
    if (!fields.has(name)) {
      return null;
    }
    long value = fields.number(name, 0);
    if (value < 0 || value > 0xFFFF_FFFFL) {
      throw fields.error(name, "is " + value + ", and not a number from 0 to 4294967295");
    }
    return value;
  }
}
