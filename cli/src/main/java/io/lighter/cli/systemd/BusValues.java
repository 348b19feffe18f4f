package io.lighter.cli.systemd;

import io.lighter.runtime.systemd.Signatures;
import io.lighter.runtime.systemd.UnitProperty;
import java.util.ArrayList;
import java.util.List;
import org.freedesktop.dbus.types.UInt64;
import org.freedesktop.dbus.types.Variant;

/** Properties as the library writes them. */
final class BusValues {
  private BusValues() {}

  /** An array of structs of a name and a variant. */
  static Object[] of(List<UnitProperty> properties) {
    return properties.stream()
        .map(
            p ->
                new Object[] {
                  p.name(), new Variant<>(value(p.signature(), p.value()), p.signature())
                })
        .toArray();
  }

  /** Most are taken as they are: what is a number of 64 bits without a sign must say so. */
  private static Object value(String signature, Object value) {
    return switch (signature.charAt(0)) {
      case 't' -> new UInt64(Long.toUnsignedString((Long) value));
      case 'a' -> members(signature.substring(1), (List<?>) value);
      case '(' -> struct(signature, (List<?>) value);
      default -> value;
    };
  }

  private static List<Object> members(String signature, List<?> values) {
    List<Object> members = new ArrayList<>();
    for (Object member : values) {
      members.add(value(signature, member));
    }
    return members;
  }

  private static Object[] struct(String signature, List<?> values) {
    Object[] members = new Object[values.size()];
    int at = 1;
    for (int i = 0; i < members.length; i++) {
      String type = Signatures.at(signature, at);
      members[i] = value(type, values.get(i));
      at += type.length();
    }
    return members;
  }
}
