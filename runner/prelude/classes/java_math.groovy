// RoundingMode and MathContext; numbers themselves are runner/lib/number*.c.
package java.math

// The ordinals are BigDecimal's ROUND_ constants.
enum RoundingMode {
    UP, DOWN, CEILING, FLOOR, HALF_UP, HALF_DOWN, HALF_EVEN, UNNECESSARY
}

class MathContext {
    static final MathContext UNLIMITED = new MathContext(0)
    static final MathContext DECIMAL32 = new MathContext(7, RoundingMode.HALF_EVEN)
    static final MathContext DECIMAL64 = new MathContext(16, RoundingMode.HALF_EVEN)
    static final MathContext DECIMAL128 = new MathContext(34, RoundingMode.HALF_EVEN)
    final int precision
    final RoundingMode roundingMode

    MathContext(int precision, RoundingMode mode = RoundingMode.HALF_UP) {
        this.precision = precision
        roundingMode = mode
    }

    String toString() { "precision=$precision roundingMode=$roundingMode" }
}
