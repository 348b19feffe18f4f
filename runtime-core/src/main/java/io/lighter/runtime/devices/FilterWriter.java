package io.lighter.runtime.devices;

import io.lighter.linux.DeviceContext;
import io.lighter.linux.EbpfProgram;
import io.lighter.linux.EbpfRegister;
import io.lighter.linux.EbpfWriter;
import io.lighter.runtime.devices.Decision.Grant;
import io.lighter.runtime.devices.Decision.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns a decision into instructions. A look at a field is a chain of comparisons: a device is not
 * opened so often, nor does a container have so many, that a search tree of twice the length would
 * be worth it.
 *
 * <p>All jumps lead forward: types are looked at before majors, majors before minors, and the
 * grants are at the end.
 */
final class FilterWriter {
  private static final EbpfRegister VERDICT = EbpfRegister.R0;
  private static final EbpfRegister CONTEXT = EbpfRegister.R1;
  private static final EbpfRegister TYPE = EbpfRegister.R2;
  private static final EbpfRegister ACCESS = EbpfRegister.R3;
  private static final EbpfRegister MAJOR = EbpfRegister.R4;
  private static final EbpfRegister MINOR = EbpfRegister.R5;

  private final EbpfWriter program = new EbpfWriter();

  /** Every part of the decision once. */
  private final Map<Decision, EbpfWriter.Label> labels = new LinkedHashMap<>();

  private FilterWriter() {}

  /** Returns the program that decides as {@code decision} does. */
  static EbpfProgram write(Decision decision) {
    return new FilterWriter().writeAll(decision);
  }

  private EbpfProgram writeAll(Decision decision) {
    findParts(decision);
    List<Decision> order = new ArrayList<>(labels.keySet());
    order.sort(Comparator.comparingInt(FilterWriter::rank));
    loadFields();
    for (int i = 0; i < order.size(); i++) {
      Decision part = order.get(i);
      program.place(label(part));
      Decision rest =
          switch (part) {
            case Table table -> look(table);
            case Grant grant -> grant(grant);
          };
      if (!rest.equals(part) && !rest.equals(order.get(i + 1))) {
        program.jump(label(rest));
      }
    }
    return program.program();
  }

  private void findParts(Decision decision) {
    if (labels.putIfAbsent(decision, program.label()) != null) {
      return;
    }
    switch (decision) {
      case Table table -> {
        table.exceptions().values().forEach(this::findParts);
        findParts(table.otherwise());
      }
      case Grant grant when isPartial(grant) -> {
        findParts(Grant.ALL);
        findParts(Grant.NONE);
      }
      case Grant whole -> {}
    }
  }

  private static int rank(Decision part) {
    return switch (part) {
      case Table table ->
          switch (table.field()) {
            case TYPE -> 0;
            case MAJOR -> 1;
            case MINOR -> 2;
          };
      case Grant grant when isPartial(grant) -> 3;
      case Grant whole -> whole.equals(Grant.ALL) ? 4 : 5;
    };
  }

  private static boolean isPartial(Grant grant) {
    return !grant.equals(Grant.ALL) && !grant.equals(Grant.NONE);
  }

  private void loadFields() {
    program.loadWord(TYPE, CONTEXT, DeviceContext.ACCESS_TYPE);
    program.copy(ACCESS, TYPE);
    program.and(TYPE, DeviceContext.TYPE_MASK);
    program.shiftRight(ACCESS, DeviceContext.ACCESS_SHIFT);
    program.loadWord(MAJOR, CONTEXT, DeviceContext.MAJOR);
    program.loadWord(MINOR, CONTEXT, DeviceContext.MINOR);
  }

  /** Writes a table and returns what comes behind it. */
  private Decision look(Table table) {
    EbpfRegister field =
        switch (table.field()) {
          case TYPE -> TYPE;
          case MAJOR -> MAJOR;
          case MINOR -> MINOR;
        };
    table
        .exceptions()
        .forEach((value, next) -> program.jumpIfEqual(field, value.intValue(), label(next)));
    return table.otherwise();
  }

  /** Writes a grant and returns what comes behind it, itself when that is nothing. */
  private Decision grant(Grant grant) {
    if (isPartial(grant)) {
      // Kinds of access that a later kernel may add are not granted either.
      program.jumpIfAnyBit(ACCESS, ~grant.access(), label(Grant.NONE));
      return Grant.ALL;
    }
    program.move(VERDICT, grant.equals(Grant.ALL) ? 1 : 0);
    program.exit();
    return grant;
  }

  private EbpfWriter.Label label(Decision part) {
    EbpfWriter.Label label = labels.get(part);
    if (label == null) {
      throw new IllegalStateException("a part of the decision was not found: " + part);
    }
    return label;
  }
}
