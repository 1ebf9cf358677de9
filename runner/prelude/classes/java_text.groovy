// Number and message formats in the locale en_US, whatever locale is asked for.
package java.text

import java.math.RoundingMode

class NumberFormat {
    protected int minFraction = 0, maxFraction = 3, minInteger = 1, group = 3
    protected boolean percent = false
    protected String prefix = '', suffix = ''
    protected RoundingMode mode = RoundingMode.HALF_EVEN

    static NumberFormat getInstance(Locale l = null) { new DecimalFormat('#,##0.###') }

    static NumberFormat getNumberInstance(Locale l = null) { getInstance() }

    static NumberFormat getIntegerInstance(Locale l = null) { new DecimalFormat('#,##0') }

    static NumberFormat getPercentInstance(Locale l = null) { new DecimalFormat('#,##0%') }

    static NumberFormat getCurrencyInstance(Locale l = null) { new DecimalFormat('$#,##0.00') }

    void setMinimumFractionDigits(int n) {
        minFraction = n
        maxFraction = Math.max(n, maxFraction)
    }

    void setMaximumFractionDigits(int n) {
        maxFraction = n
        minFraction = Math.min(n, minFraction)
    }

    void setMinimumIntegerDigits(int n) { minInteger = n }

    void setGroupingUsed(boolean on) { group = on ? 3 : 0 }

    void setRoundingMode(RoundingMode m) { mode = m }

    String format(Number n) {
        if (n instanceof Double && (n.isNaN() || n.isInfinite())) return n.isNaN() ? 'NaN' : n < 0 ? '-∞' : '∞'
        def v = new BigDecimal(n.toString())
        if (percent) v = v * 100
        def digits = v.abs().setScale(maxFraction, mode).toPlainString()
        int dot = digits.indexOf('.')
        def whole = dot < 0 ? digits : digits.substring(0, dot), part = dot < 0 ? '' : digits.substring(dot + 1)
        while (part.length() > minFraction && part.endsWith('0')) part = part.substring(0, part.length() - 1)
        whole = minInteger == 0 && whole == '0' && part ? '' : whole.padLeft(minInteger, '0')
        if (group > 0)
            for (int i = whole.length() - group; i > 0; i -= group) whole = whole.substring(0, i) + ',' + whole.substring(i)
        boolean minus = v.signum() < 0 && (whole + part).find(/[1-9]/)
        (minus ? '-' : '') + prefix + whole + (part ? '.' + part : '') + suffix
    }

    Number parse(String text) {
        def m = text.replace(',', '') =~ /^\s*-?\d+(\.\d+)?/
        if (!m.find()) throw new ParseException("Unparseable number: \"$text\"", 0)
        def v = new BigDecimal(m.group().trim())
        if (percent) v = v / 100
        v.stripTrailingZeros().scale() <= 0 ? (Number) v.toLong() : (Number) v.toDouble()
    }
}

class DecimalFormat extends NumberFormat {
    DecimalFormat(String pattern) { applyPattern(pattern) }

    DecimalFormat(String pattern, symbols) { applyPattern(pattern) }

    void applyPattern(String pattern) {
        def m = pattern.split(';')[0] =~ /^((?:[^#0,.]|'[^']*')*)([#0,]*)(?:\.([0#]*))?(.*)$/
        m.find()
        def (whole, part) = [m.group(2), m.group(3) ?: '']
        prefix = m.group(1).replace("'", '')
        suffix = m.group(4).replace("'", '')
        percent = (prefix + suffix).contains('%')
        group = whole.contains(',') ? whole.length() - whole.lastIndexOf(',') - 1 : 0
        minInteger = whole.count('0')
        minFraction = part.count('0')
        maxFraction = part.length()
        if (m.group(3) != null && minInteger + minFraction == 0) { // '#.#' is '0.#' to Java, '.#' is '.0'
            if (whole) minInteger = 1
            else minFraction = Math.min(1, maxFraction)
        }
    }
}

// {0}, {1,number,#.##}, '' and quoted text.
class MessageFormat {
    private String pattern

    MessageFormat(String pattern) { this.pattern = pattern }

    static String format(String pattern, Object... args) { new MessageFormat(pattern).expand(args) }

    String format(Object[] args) { expand(args) }

    private String expand(Object[] args) {
        def out = new StringBuilder()
        boolean quoted = false
        for (int i = 0; i < pattern.length(); i++) {
            def c = pattern[i]
            if (c == "'") {
                if (i + 1 < pattern.length() && pattern[i + 1] == "'") out.append(pattern[i++])
                else quoted = !quoted
            } else if (c == '{' && !quoted) {
                int end = pattern.indexOf('}', i)
                if (end < 0) throw new IllegalArgumentException('Unmatched braces in the pattern.')
                def spec = pattern.substring(i + 1, end).split(',', 3)
                out.append(argument(spec, args))
                i = end
            } else {
                out.append(c)
            }
        }
        out.toString()
    }

    private String argument(spec, Object[] args) {
        int n = spec[0].trim().toInteger()
        if (n >= args.length) return "{$n}"
        def v = args[n]
        if (!(v instanceof Number)) return String.valueOf(v)
        def style = spec.length > 2 ? spec[2].trim() : ''
        def format = style == 'integer' ? NumberFormat.integerInstance : style == 'percent' ? NumberFormat.percentInstance
            : style ? new DecimalFormat(style) : NumberFormat.instance
        format.format(v)
    }
}
