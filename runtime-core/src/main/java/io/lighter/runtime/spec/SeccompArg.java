package io.lighter.runtime.spec;

/**
 * A condition on an argument, unsigned.
 *
 * @param index which argument, 0 to 5
 * @param value what it is compared with; the mask of {@link SeccompOperator#MASKED_EQ}
 * @param valueTwo what the masked argument must equal; only of {@link SeccompOperator#MASKED_EQ}
 * @param op how it is compared
 */
public record SeccompArg(int index, long value, long valueTwo, SeccompOperator op) {
  public SeccompArg {
    Range.check("index", index, 0, 5);
  }
}
