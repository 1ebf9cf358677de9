// The adjusters of dates: first and last days, next and previous days of the week.
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
