// java.time.Year, YearMonth and Period; the rest of java.time is runner/lib/temporal*.c.
package java.time

class Year implements Comparable {
    final int value

    Year(int value) { this.value = value }

    static Year of(int y) { new Year(y) }

    static Year now() { new Year(java.time.LocalDate.now().year) }

    static Year parse(text) { new Year(text.toString().toInteger()) }

    static Year from(date) { new Year(date.year) }

    static boolean isLeap(long y) { y % 4 == 0 && (y % 100 != 0 || y % 400 == 0) }

    boolean isLeap() { isLeap((long) value) }

    int length() { isLeap() ? 366 : 365 }

    java.time.LocalDate atDay(int day) { java.time.LocalDate.of(value, 1, 1).plusDays(day - 1) }

    YearMonth atMonth(m) { YearMonth.of(value, m) }

    Year plusYears(n) { new Year((int) (value + n)) }

    Year minusYears(n) { new Year((int) (value - n)) }

    boolean isBefore(Year o) { value < o.value }

    boolean isAfter(Year o) { value > o.value }

    int compareTo(o) { value <=> o.value }

    boolean equals(o) { o instanceof Year && o.value == value }

    int hashCode() { value }

    String toString() { value.toString() }
}

class YearMonth implements Comparable {
    final int year, monthValue

    YearMonth(int year, int month) {
        this.year = year
        monthValue = month
    }

    static YearMonth of(int y, m) {
        int n = m instanceof Number ? m.intValue() : m.value
        if (n < 1 || n > 12)
            throw new java.time.DateTimeException("Invalid value for MonthOfYear (valid values 1 - 12): $n")
        new YearMonth(y, n)
    }

    static YearMonth now() { from(java.time.LocalDate.now()) }

    static YearMonth from(date) { new YearMonth(date.year, date.monthValue) }

    static YearMonth parse(text) { from(java.time.LocalDate.parse("$text-01".toString())) }

    static YearMonth parse(text, formatter) { from(java.time.LocalDate.parse(text, formatter)) }

    java.time.Month getMonth() { java.time.Month.of(monthValue) }

    boolean isLeapYear() { Year.isLeap((long) year) }

    int lengthOfMonth() { month.length(isLeapYear()) }

    int lengthOfYear() { isLeapYear() ? 366 : 365 }

    java.time.LocalDate atDay(int day) { java.time.LocalDate.of(year, monthValue, day) }

    java.time.LocalDate atEndOfMonth() { atDay(lengthOfMonth()) }

    YearMonth plusMonths(n) {
        long months = year * 12L + monthValue - 1 + n
        new YearMonth((int) Math.floorDiv(months, 12L), (int) Math.floorMod(months, 12L) + 1)
    }

    YearMonth minusMonths(n) { plusMonths(-n) }

    YearMonth plusYears(n) { plusMonths(n * 12) }

    YearMonth minusYears(n) { plusMonths(-n * 12) }

    String format(formatter) { atDay(1).format(formatter) }

    boolean isBefore(YearMonth o) { compareTo(o) < 0 }

    boolean isAfter(YearMonth o) { compareTo(o) > 0 }

    int compareTo(o) { year <=> o.year ?: monthValue <=> o.monthValue }

    boolean equals(o) { o instanceof YearMonth && o.year == year && o.monthValue == monthValue }

    int hashCode() { year ^ (monthValue << 27) }

    String toString() { "${year.toString().padLeft(4, '0')}-${monthValue.toString().padLeft(2, '0')}" }
}

class Period {
    final int years, months, days
    static final Period ZERO = new Period(0, 0, 0)

    Period(int years, int months, int days) {
        this.years = years
        this.months = months
        this.days = days
    }

    static Period of(int y, int m, int d) { new Period(y, m, d) }

    static Period ofDays(int n) { new Period(0, 0, n) }

    static Period ofWeeks(int n) { new Period(0, 0, n * 7) }

    static Period ofMonths(int n) { new Period(0, n, 0) }

    static Period ofYears(int n) { new Period(n, 0, 0) }

    // Whole months as far as they go, then days.
    static Period between(from, to) {
        long months = (to.year - from.year) * 12L + to.monthValue - from.monthValue
        if (months > 0 && to.dayOfMonth < from.dayOfMonth) months--
        else if (months < 0 && to.dayOfMonth > from.dayOfMonth) months++
        long days = to.toEpochDay() - from.plusMonths(months).toEpochDay()
        new Period((int) months.intdiv(12), (int) (months % 12), (int) days)
    }

    static Period parse(text) {
        def m = text.toString() =~ /(?i)([-+]?)P(?:([-+]?\d+)Y)?(?:([-+]?\d+)M)?(?:([-+]?\d+)W)?(?:([-+]?\d+)D)?/
        if (!m.matches() || (2..5).every { m.group(it) == null })
            throw new java.time.format.DateTimeParseException('Text cannot be parsed to a Period')
        def n = { (m.group(it) ?: '0').toInteger() * (m.group(1) == '-' ? -1 : 1) }
        new Period(n(2), n(3), n(4) * 7 + n(5))
    }

    Period plusDays(n) { new Period(years, months, (int) (days + n)) }

    Period plusMonths(n) { new Period(years, (int) (months + n), days) }

    Period plusYears(n) { new Period((int) (years + n), months, days) }

    Period minusDays(n) { plusDays(-n) }

    Period minusMonths(n) { plusMonths(-n) }

    Period minusYears(n) { plusYears(-n) }

    Period multipliedBy(int n) { new Period(years * n, months * n, days * n) }

    Period negated() { multipliedBy(-1) }

    Period negative() { negated() }

    Period normalized() { new Period((int) toTotalMonths().intdiv(12), (int) (toTotalMonths() % 12), days) }

    long toTotalMonths() { years * 12L + months }

    boolean isZero() { years == 0 && months == 0 && days == 0 }

    boolean isNegative() { years < 0 || months < 0 || days < 0 }

    def addTo(date) { date.plusMonths(toTotalMonths()).plusDays(days) }

    def subtractFrom(date) { date.minusMonths(toTotalMonths()).minusDays(days) }

    boolean equals(o) { o instanceof Period && o.toString() == toString() }

    int hashCode() { years + Integer.rotateLeft(months, 8) + Integer.rotateLeft(days, 16) }

    String toString() {
        isZero() ? 'P0D' : 'P' + (years ? "${years}Y" : '') + (months ? "${months}M" : '') + (days ? "${days}D" : '')
    }
}
