namespace Everturn.Language.Local;

/// <summary>Tells the intent of a text, with probabilities that mean what they say.</summary>
internal sealed class IntentClassifier
{
    private const int Epochs = 10;

    // Training sees each text often and is surer of it than of what it has not seen. So the scores' scale is fitted on texts kept back.
    private const int Folds = 4;

    // So many texts kept back settle it; of a large file, one fold does.
    private const int Enough = 500;

    private static readonly double[] Scales = [0.5, 0.7, 0.85, 1, 1.2, 1.4, 1.7, 2, 2.4, 2.8, 3.4, 4, 5, 6];

    private readonly FeatureIndex _index;
    private readonly LinearModel _model;
    private readonly double _scale;
    private readonly int _intents;

    public IntentClassifier(IReadOnlyList<FeatureSet> texts, IReadOnlyList<int> labels, int intents)
    {
        _intents = intents;
        _index = new(texts);
        _model = LinearModel.Train([.. texts.Select(_index.Vector)], labels, _index.Count, intents, Epochs);
        _scale = Calibrate(texts, labels, intents);
    }

    /// <summary>A probability for each intent; together 1.</summary>
    public double[] Probabilities(FeatureSet text)
    {
        var scores = new double[_intents];
        _model.Score(_index.Vector(text), scores);
        PortableMath.Softmax(scores, _scale);
        return scores;
    }

    // Temperature scaling (Guo et al. 2017), judged by Brier's score.
    private static double Calibrate(IReadOnlyList<FeatureSet> texts, IReadOnlyList<int> labels, int intents)
    {
        var kept = new List<(double[] Scores, int Label)>();
        for (var fold = 0; fold < Folds && kept.Count < Enough; fold++)
        {
            int[] trained = [.. Enumerable.Range(0, texts.Count).Where(text => text % Folds != fold)];
            var index = new FeatureIndex(trained.Select(text => texts[text]));
            var model = LinearModel.Train([.. trained.Select(text => index.Vector(texts[text]))], [.. trained.Select(text => labels[text])], index.Count, intents, Epochs);
            for (var text = fold; text < texts.Count; text += Folds)
            {
                var scores = new double[intents];
                model.Score(index.Vector(texts[text]), scores);
                kept.Add((scores, labels[text]));
            }
        }

        return Scales.MinBy(scale => kept.Sum(text => Brier(text.Scores, text.Label, scale)));
    }

    private static double Brier(double[] scores, int label, double scale)
    {
        double[] probabilities = [.. scores];
        PortableMath.Softmax(probabilities, scale);
        probabilities[label] -= 1;
        var sum = 0.0;
        foreach (var error in probabilities) sum += error * error;
        return sum;
    }
}
