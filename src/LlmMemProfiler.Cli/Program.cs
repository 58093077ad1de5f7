Console.WriteLine("llmmem");
