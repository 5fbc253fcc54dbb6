using AgentBot.Agents;

namespace AgentBot.Travel;

/// <summary>Adds the travel agency to a host's services.</summary>
internal static class TravelServices
{
    /// <summary>
    /// Adds the fake agency and its tools. Settings: <c>Agency</c>, the folder of its files, and <c>AgencyDelay</c>, how long its answers take.
    /// </summary>
    public static IServiceCollection AddFakeTravelAgency(this IServiceCollection services, IConfigurationSection section)
    {
        services.AddSingleton<ITravelAgency>(provider => new FakeTravelAgency(
            section["Agency"] is { Length: > 0 } folder ? folder : Path.Combine(Path.GetTempPath(), $"everturn-fake-agency-{Environment.UserName}"),
            section.GetValue("AgencyDelay", TimeSpan.Zero),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<TravelTools>();
        AddTool("find_trips", tools => tools.FindTrips);
        AddTool("reserve_trip", tools => tools.ReserveTripAsync);
        AddTool("pay_reservation", tools => tools.PayReservationAsync);
        AddTool("cancel_reservation", tools => tools.CancelReservationAsync);
        return services;

        void AddTool(string name, Func<TravelTools, Delegate> method) =>
            services.AddSingleton(provider => Toolbox.Of(name, method(provider.GetRequiredService<TravelTools>())));
    }
}
