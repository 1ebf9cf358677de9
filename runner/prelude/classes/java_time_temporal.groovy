// The adjusters of dates: first and last days, next and previous days of the week; fields by name.
package java.time.temporal

class TemporalAdjuster {
    private Closure change

    TemporalAdjuster(Closure change) { this.change = change }

    def adjustInto(date) { change.call(date) }
}

class TemporalAdjusters {
    private static adjuster(Closure c) { new TemporalAdjuster(c) }

    private static move(day, int direction, boolean same) {
        adjuster { date ->
            def d = same ? date : date.plusDays(direction)
            while (d.dayOfWeek != day) d = d.plusDays(direction)
            d
        }
    }

    static firstDayOfMonth() { adjuster { it.withDayOfMonth(1) } }

    static lastDayOfMonth() { adjuster { it.withDayOfMonth(1).plusMonths(1).minusDays(1) } }

    static firstDayOfNextMonth() { adjuster { it.withDayOfMonth(1).plusMonths(1) } }

    static firstDayOfYear() { adjuster { it.minusDays(it.dayOfYear - 1) } }

    static lastDayOfYear() { adjuster { it.minusDays(it.dayOfYear - 1).plusYears(1).minusDays(1) } }

    static firstDayOfNextYear() { adjuster { it.minusDays(it.dayOfYear - 1).plusYears(1) } }

    static next(day) { move(day, 1, false) }

    static nextOrSame(day) { move(day, 1, true) }

    static previous(day) { move(day, -1, false) }

    static previousOrSame(day) { move(day, -1, true) }
}

// A field knows how to read itself off a date or time, and how to change it there.
enum ChronoField {
    YEAR, MONTH_OF_YEAR, DAY_OF_MONTH, DAY_OF_WEEK, DAY_OF_YEAR, EPOCH_DAY, ALIGNED_WEEK_OF_YEAR, HOUR_OF_DAY, MINUTE_OF_HOUR,
    SECOND_OF_MINUTE, NANO_OF_SECOND, MILLI_OF_SECOND, SECOND_OF_DAY, MINUTE_OF_DAY, HOUR_OF_AMPM, AMPM_OF_DAY, INSTANT_SECONDS

    def of(t) {
        switch (this) {
            case YEAR: return t.year
            case MONTH_OF_YEAR: return t.monthValue
            case DAY_OF_MONTH: return t.dayOfMonth
            case DAY_OF_WEEK: return t.dayOfWeek.value
            case DAY_OF_YEAR: return t.dayOfYear
            case EPOCH_DAY: return t.toEpochDay()
            case ALIGNED_WEEK_OF_YEAR: return (t.dayOfYear - 1).intdiv(7) + 1
            case HOUR_OF_DAY: return t.hour
            case MINUTE_OF_HOUR: return t.minute
            case SECOND_OF_MINUTE: return t.second
            case NANO_OF_SECOND: return t.nano
            case MILLI_OF_SECOND: return t.nano.intdiv(1000000)
            case SECOND_OF_DAY: return t.hour * 3600 + t.minute * 60 + t.second
            case MINUTE_OF_DAY: return t.hour * 60 + t.minute
            case HOUR_OF_AMPM: return t.hour % 12
            case AMPM_OF_DAY: return t.hour.intdiv(12)
        }
        t.toEpochSecond()
    }

    def on(t, n) {
        switch (this) {
            case YEAR: return t.withYear((int) n)
            case MONTH_OF_YEAR: return t.withMonth((int) n)
            case DAY_OF_MONTH: return t.withDayOfMonth((int) n)
            case HOUR_OF_DAY: return t.withHour((int) n)
            case MINUTE_OF_HOUR: return t.withMinute((int) n)
            case SECOND_OF_MINUTE: return t.withSecond((int) n)
            case NANO_OF_SECOND: return t.withNano((int) n)
            case [DAY_OF_WEEK, DAY_OF_YEAR, EPOCH_DAY]: return t.plusDays(n - of(t))
        }
        throw new UnsupportedOperationException("with($this)")
    }
}

class IsoField {
    private Closure read

    IsoField(Closure read) { this.read = read }

    def of(t) { read.call(t) }
}

// Weeks begin on Monday and belong to the year of their Thursday.
class IsoFields {
    private static thursday(t) { t.plusDays(4 - t.dayOfWeek.value) }

    static final WEEK_OF_WEEK_BASED_YEAR = new IsoField({ (thursday(it).dayOfYear - 1).intdiv(7) + 1 })
    static final WEEK_BASED_YEAR = new IsoField({ thursday(it).year })
    static final QUARTER_OF_YEAR = new IsoField({ (it.monthValue - 1).intdiv(3) + 1 })
    static final DAY_OF_QUARTER = new IsoField({ it.dayOfYear - it.withDayOfMonth(1).withMonth((it.monthValue - 1).intdiv(3) * 3 + 1).dayOfYear + 1 })
}

class WeekFields {
    static final WeekFields ISO = new WeekFields()

    static WeekFields of(locale) { ISO }

    def weekOfWeekBasedYear() { IsoFields.WEEK_OF_WEEK_BASED_YEAR }

    def weekBasedYear() { IsoFields.WEEK_BASED_YEAR }

    def dayOfWeek() { ChronoField.DAY_OF_WEEK }
}
